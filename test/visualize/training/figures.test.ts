import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, nn, training, transforms, visualize } from 'tfjs-zoo';
import { forEachBackend } from '../../support/backends.js';

const { confusionFigure, toPNG, toSVG, wrongPredictionsFigure } = visualize;

type Marks<Kind> = Extract<visualize.Mark, { kind: Kind }>[];

function marksOf<Kind extends visualize.Mark['kind']>({ marks }: visualize.Figure, kind: Kind): Marks<Kind> {
  return marks.filter((mark) => mark.kind === kind) as Marks<Kind>;
}

const texts = (figure: visualize.Figure) => marksOf(figure, 'text').map(({ text }) => text);

function pixel(image: transforms.RGBImage, [x, y]: visualize.Point): number[] {
  const at = 3 * (Math.floor(y) * image.width + Math.floor(x));
  return [...image.data.subarray(at, at + 3)];
}

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing',
    (error: Error) => error.message,
  );
}

describe('visualize.confusionFigure', () => {
  const figure = confusionFigure(
    {
      counts: [
        [8, 2],
        [0, 0],
      ],
      classNames: ['cat', '<dog>'],
    },
    { title: 'Pets' },
  );

  it('has a row to a true class and a column to a predicted one, in shades of its share', () => {
    expect(texts(figure)).to.deep.equal([
      'Pets',
      'predicted',
      'true',
      'cat',
      '<dog>',
      'cat',
      '8',
      '2',
      '<dog>',
      '0',
      '0',
    ]);
    const [, ...cells] = marksOf(figure, 'box');
    expect(cells.map(({ color }) => color)).to.deep.equal(['#7eb5de', '#dfedf7', '#ffffff', '#ffffff']);
    const [first, second, third] = cells;
    expect(second!.at[1]).to.equal(first!.at[1]);
    expect(third!.at[0]).to.equal(first!.at[0]);
    expect(first!.at[0] + first!.size[0]).to.equal(second!.at[0]);
    expect(figure.title).to.equal('Pets');
    for (const { at, size } of cells) {
      expect(at[0] + size[0]).to.be.below(figure.width);
      expect(at[1] + size[1]).to.be.below(figure.height);
    }
  });

  it('is an SVG whose texts are texts, and a PNG', async () => {
    expect(toSVG(figure))
      .to.match(/<text [^>]*text-anchor="middle">8<\/text>/)
      .and.include('&#60;dog&#62;');
    const image = await transforms.loadImage(await toPNG(figure));
    const [, first] = marksOf(figure, 'box');
    expect(pixel(image, [first!.at[0] + 3, first!.at[1] + 3])).to.deep.equal([0x7e, 0xb5, 0xde]);
  });

  it('takes a ConfusionMatrix', async () => {
    await backends.use('cpu');
    const matrix = new training.ConfusionMatrix(2, { classNames: ['a', 'b'] });
    const [logits, labels] = [
      tf.tensor2d([
        [1, 0],
        [1, 0],
      ]),
      tf.tensor1d([0, 1], 'int32'),
    ];
    await matrix.update(logits, labels);
    tf.dispose([logits, labels]);
    expect(texts(confusionFigure(matrix)).slice(4)).to.deep.equal(['a', '1', '0', 'b', '1', '0']);
    expect(texts(confusionFigure({ counts: [[1]] })).slice(2)).to.deep.equal(['0', '0', '1']);
  });

  it('says what is wrong', () => {
    expect(() => confusionFigure({ counts: [[1, 2]] })).to.throw(
      'expected a square of 1 to 100 classes, got 1 rows of 2.',
    );
    expect(() => confusionFigure({ counts: [] })).to.throw('got 0 rows of 0.');
    expect(() => confusionFigure({ counts: [[0.5]] })).to.throw('expected counts, integers from 0 on, got 0.5.');
    expect(() => confusionFigure({ counts: [[1]], classNames: [] })).to.throw('expected 1 class names, got 0.');
  });
});

describe('visualize.wrongPredictionsFigure', () => {
  const red = { width: 2, height: 1, data: Uint8Array.of(255, 0, 0, 0, 255, 0) };
  const wrong = [
    { image: red, predicted: 'Shirt', actual: 'T-shirt/top', probability: 0.876 },
    { image: red, predicted: 'Bag & box', actual: 'Coat' },
  ];

  it('shows each image over what it was taken for and what it is', async () => {
    const figure = await wrongPredictionsFigure(wrong, { title: 'LeNet', columns: 1, size: 100 });
    expect(texts(figure)).to.deep.equal(['LeNet', 'Shirt 88%', 'is T-shirt/top', 'Bag & box', 'is Coat']);
    const images = marksOf(figure, 'image');
    expect(images.map(({ size }) => size)).to.deep.equal([
      [100, 50],
      [100, 50],
    ]);
    expect(await transforms.loadImage(images[0]!.png)).to.deep.equal(red);
    const svg = toSVG(figure);
    const [, data] = /<image [^>]*href="(data:image\/png;base64,[^"]+)"\/>/.exec(svg)!;
    expect(await transforms.loadImage(data!)).to.deep.equal(red);
    expect(svg).to.include('>Bag &#38; box</text>');
    const painted = await transforms.loadImage(await toPNG(figure));
    const [x, y] = images[1]!.at;
    expect(pixel(painted, [x + 2, y + 2])).to.deep.equal([255, 0, 0]);
    expect(pixel(painted, [x + 97, y + 47])).to.deep.equal([0, 255, 0]);
    expect(pixel(painted, [x + 2, y - 3])).to.deep.equal([255, 255, 255]);
  });

  it('says what is wrong', async () => {
    expect(await failure(wrongPredictionsFigure([]))).to.include('expected at least one prediction, got none.');
    expect(await failure(wrongPredictionsFigure(wrong, { columns: 0 }))).to.include(
      'expected columns to be an integer',
    );
    expect(await failure(wrongPredictionsFigure(wrong, { size: 8 }))).to.include(
      'expected size to be an integer of at least 16',
    );
  });
});

forEachBackend(() => {
  describe('training.wrongPredictions', () => {
    /** Logits [pixel, 0]: of class 0 unless the image is negative. */
    function model(): nn.Sequential {
      const linear = new nn.Linear(1, 2);
      linear.weight.load({ dtype: 'float32', shape: [2, 1], data: Float32Array.of(1, 0) });
      linear.bias!.load({ dtype: 'float32', shape: [2], data: Float32Array.of(0, 0) });
      return new nn.Sequential(new nn.Flatten(), linear);
    }

    const batch = () => ({
      inputs: tf.tensor4d([2, -2, 3, -3], [4, 1, 1, 1]),
      labels: tf.tensor1d([0, 0, 1, 1], 'int32'),
    });

    it('finds what a model takes for what it is not, and keeps nothing', async () => {
      using net = model();
      const found = await training.wrongPredictions(net, () => [batch()], { classNames: ['up', 'down'] });
      expect(found.map(({ predicted, actual }) => [predicted, actual])).to.deep.equal([
        ['down', 'up'],
        ['up', 'down'],
      ]);
      expect(found[1]!.probability).to.be.closeTo(1 / (1 + Math.exp(-3)), 1e-6);
      expect([found[0]!.image.width, found[0]!.image.height]).to.deep.equal([1, 1]);
      expect(net.training).to.equal(true);
    });

    it('looks no further than it must', async () => {
      using net = model();
      let begun = 0;
      const batches = function* () {
        for (;;) {
          begun++;
          yield batch();
        }
      };
      const found = await training.wrongPredictions(net, batches, { count: 3 });
      expect([found.length, begun]).to.deep.equal([3, 2]);
      expect(found.map(({ actual }) => actual)).to.deep.equal(['0', '1', '0']);
      expect(await failure(training.wrongPredictions(net, batches, { count: 0 }))).to.include(
        'positive integer, got 0.',
      );
    });
  });
});
