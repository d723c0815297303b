import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { models, type nn, visualize } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { oddModels, unfilled } from './odd-models.js';

/** What a tool printed: test/fixtures/visualize/make_summaries.py. */
function printed(name: string): string {
  return readFileSync(new URL(`../fixtures/visualize/${name}.txt`, import.meta.url), 'utf8').replace(/\n$/, '');
}

const builders: Readonly<Record<string, () => nn.Module>> = {
  ...oddModels,
  alexnet: () => new models.AlexNet(),
  alexnet_bn: () => new models.AlexNetBatchNorm(),
  alexnet_d2l: () => new models.AlexNetD2l(),
  alexnet_paper: () => new models.AlexNetPaper(),
  lenet: () => new models.LeNet(),
  resnet18: () => new models.ResNet('resnet18'),
  resnet50: () => new models.ResNet('resnet50'),
  squeezenet1_1: () => new models.SqueezeNet('squeezenet1_1'),
  mobilenet_v2: () => new models.MobileNetV2(),
};

const images: readonly (readonly [name: string, inputShape: readonly number[]])[] = [
  ['alexnet', [1, 224, 224, 3]],
  ['alexnet_bn', [1, 227, 227, 3]],
  ['alexnet_d2l', [1, 224, 224, 1]],
  ['alexnet_paper', [1, 227, 227, 3]],
  ['lenet', [1, 28, 28, 1]],
  ...(['resnet18', 'resnet50', 'squeezenet1_1', 'mobilenet_v2'] as const).map(
    (name) => [name, [1, 64, 64, 3]] as const,
  ),
  ['shared', [1, 32, 32, 3]],
  ['tuple', [1, 7, 12]],
  ['sequence', [1, 7, 12]],
  ['long', [1, 10, 5, 2]],
  ['halves-16384', [1, 1]],
  ['halves-49152', [1, 1]],
  ['halves-81920', [1, 1]],
];

const books: readonly (readonly [file: string, name: string, inputShape: readonly number[]])[] = [
  ['alexnet_d2l', 'alexnet_d2l', [1, 224, 244, 1]],
  ['alexnet_d2l-batch', 'alexnet_d2l', [2, 96, 96, 3]],
  ['lenet', 'lenet', [3, 28, 28, 1]],
  ['sequence', 'sequence', [1, 7, 12]],
  ['wide', 'wide', [4, 5, 7, 2]],
];

forEachBackend((backend) => {
  // Only what computes small images: the text is the same on all backends, and cpu is slow.
  const fits = (shape: readonly number[]) => backend !== 'cpu' || shape[1]! < 60;

  describe('the texts of other tools', () => {
    for (const [name, inputShape] of images.filter(([, shape]) => fits(shape))) {
      it(`are PyTorch's and torchsummary's of ${name}`, () => {
        using model = unfilled(builders[name]!);
        expect(String(model)).to.equal(printed(`${name}.torch`));
        expect(visualize.torchsummary(model, inputShape)).to.equal(printed(`${name}.torchsummary`));
      });
    }

    it('are those of torchsummary with a batch', () => {
      using model = unfilled(builders.lenet!);
      const text = visualize.torchsummary(model, [9, 28, 28, 1], { batchSize: 64 });
      expect(text).to.equal(printed('lenet-batch.torchsummary'));
    });

    for (const [file, name, inputShape] of books.filter(([, , shape]) => fits(shape))) {
      it(`are the book's of ${file}`, () => {
        using model = unfilled(builders[name]!);
        expect(visualize.layerSummary(model, inputShape)).to.equal(printed(`${file}.d2l`));
      });
    }
  });
});
