import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createFeatureExtractor, nn, visualize } from 'tfjs-zoo';
import { forEachBackend } from '../../support/backends.js';
import { expectClose } from '../../support/golden-close.js';
import { golden, goldenImage, goldenModel, toNhwc } from './support.js';

const { gradCam, occlusion, saliency } = visualize;

const asTensor = ({ height, width, data }: visualize.HeatMap) => ({ shape: [height, width], data });

/** What rejects, and with what text. */
async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing',
    (error: Error) => error.message,
  );
}

forEachBackend(() => {
  describe('what a network sees, against PyTorch', () => {
    let model: ReturnType<typeof goldenModel>;
    let image: tf.Tensor;
    let count: number;
    beforeEach(() => {
      model = goldenModel();
      image = goldenImage();
      count = tf.memory().numTensors;
    });
    afterEach(() => {
      const left = tf.memory().numTensors;
      model.dispose();
      image.dispose();
      expect(left, 'tensors left behind').to.equal(count);
      expect(model.training).to.equal(true);
    });

    it('extracts the activations of torchvision', async () => {
      const names = Object.keys(golden.activations);
      model.eval();
      const heard = createFeatureExtractor(model, names).forward(image);
      for (const name of names) {
        const want = tf.tidy(() => toNhwc(golden.activations[name]!));
        const got = { shape: heard[name]!.shape, data: await heard[name]!.data() };
        expectClose(name, got, { shape: want.shape, data: await want.data() }, 1e-5);
        want.dispose();
      }
      tf.dispose(heard);
      model.train();
    });

    it('saliency: of the best class, and of another', async () => {
      const best = await saliency(model, image);
      expect(best.classIndex).to.equal(golden.best);
      expectClose('saliency', asTensor(best), golden.saliency[golden.best]!, 1e-6);
      const other = await saliency(model, image, { classIndex: 2 });
      expectClose('of class 2', asTensor(other), golden.saliency[2]!, 1e-6);
    });

    it('gradCam: of the last convolution that is called', async () => {
      const spare = new nn.Conv2d(1, 1, 1);
      Object.assign(model, { spare }); // as GoogLeNet has some for training alone
      const heat = await gradCam(model, image);
      expect(heat.layer).to.equal('features.3');
      expectClose('last', asTensor(heat), golden.gradCam['features.3']!, 1e-6);
      spare.dispose();
      delete (model as { spare?: unknown }).spare;
    });

    it('gradCam: of the last convolution, and of any layer', async () => {
      expectClose('last', asTensor(await gradCam(model, image)), golden.gradCam['features.3']!, 1e-6);
      for (const layer of ['features.0', 'conv1']) {
        expectClose(layer, asTensor(await gradCam(model, image, { layer })), golden.gradCam[layer]!, 1e-6);
      }
      const twice = await gradCam(model, image, { layer: 'relu' });
      expect([twice.height, twice.width], 'the last call').to.deep.equal([3, 4]);
    });

    it('occlusion, in batches of any size', async () => {
      const { patch, stride, fill, classIndex } = golden.occlusion;
      const told: string[] = [];
      const onProgress = ({ done, total }: { done: number; total: number }) => void told.push(`${done}/${total}`);
      for (const batchSize of [16, 7]) {
        const heat = await occlusion(model, image, { patch, stride, fill, classIndex, batchSize, onProgress });
        expectClose('occlusion', asTensor(heat), golden.occlusion, 1e-6);
      }
      expect(told).to.deep.equal(['0/20', '16/20', '20/20', '0/20', '7/20', '14/20', '20/20']);
      const signal = AbortSignal.abort(new Error('enough'));
      expect(await failure(occlusion(model, image, { signal }))).to.equal('enough');
    });

    it('takes an image without a batch axis', async () => {
      const one = tf.squeeze(image, [0]);
      expectClose('saliency', asTensor(await saliency(model, one)), golden.saliency[golden.best]!, 1e-6);
      one.dispose();
    });

    it('says what is wrong', async () => {
      const two = tf.zeros([2, 13, 15, 3]);
      const gone = tf.zeros([1]);
      gone.dispose();
      const linear = new nn.Linear(3, 2);
      const wrong: [Promise<unknown>, string][] = [
        [
          saliency(model, two),
          'visualize.saliency: expected one float32 image [H, W, C] or [1, H, W, C] as the model takes it, got float32 of shape [2, 13, 15, 3].',
        ],
        [
          occlusion(model, gone),
          'visualize.occlusion: expected an image with values, got a tensor of shape [1] that is',
        ],
        [saliency(model, image, { classIndex: 7 }), 'visualize.saliency: expected classIndex from 0 to 6, got 7.'],
        [
          saliency(linear, image),
          'visualize.saliency: expected a model that gives logits [1, classes], got shape [1, 13,',
        ],
        [gradCam(linear, image), 'visualize.gradCam: expected a model with a Conv2d, got Linear without.'],
        [
          gradCam(model, image, { layer: 'features.9' }),
          "visualize.gradCam: expected the name of a module of Twice, got 'features.9'. The nearest of 10: features.",
        ],
        [gradCam(model, image, { layer: 'fc' }), "expected a layer that gives [1, H, W, C], got shape [1, 7] of 'fc'."],
        [occlusion(model, image, { patch: 14 }), "expected patch of at most 13, the image's shorter side, got 14."],
        [occlusion(model, image, { patch: 4, stride: 5 }), 'expected stride of at most 4, the size of a patch, got 5.'],
        [occlusion(model, image, { patch: 0 }), 'expected patch to be an integer of at least 1, got 0.'],
        [
          saliency(Promise.resolve(model) as never, image),
          'visualize.saliency: expected a model, got a Promise. Await it first.',
        ],
        [gradCam(model, image, { lyer: 'conv1' } as never), "got option 'lyer'. Correct its name or leave it out."],
      ];
      for (const [promise, text] of wrong) expect(await failure(promise)).to.include(text);
      linear.dispose();
      two.dispose();
    });
  });
});

describe('heat maps as pictures', () => {
  const heat = { width: 2, height: 1, data: Float32Array.of(-3, 2), classIndex: 0 };

  it('are dark where nothing speaks for the class', () => {
    expect([...visualize.heatImage(heat, { colormap: 'gray' }).data]).to.deep.equal([0, 0, 0, 255, 255, 255]);
    const none = { ...heat, data: Float32Array.of(0, 0) };
    expect([...visualize.heatImage(none, { colormap: 'gray' }).data]).to.deep.equal([0, 0, 0, 0, 0, 0]);
  });

  it('lie over the photograph, smoothly enlarged', () => {
    const photo = { width: 4, height: 1, data: new Uint8Array(12).fill(100) };
    const { data } = visualize.overlay(photo, heat, { colormap: 'gray', opacity: 1 });
    expect([...data].filter((_, i) => i % 3 === 0)).to.deep.equal([0, 64, 191, 255]);
    const half = visualize.overlay(photo, heat, { colormap: 'gray' });
    expect([half.data[0], half.data[11]]).to.deep.equal([50, 178]);
    expect(() => visualize.overlay(photo, heat, { opacity: 2 })).to.throw('expected opacity from 0 to 1, got 2.');
  });
});
