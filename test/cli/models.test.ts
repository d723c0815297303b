import { expect } from 'chai';
import { listModels } from 'tfjs-zoo';
import { entriesFor } from 'tfjs-zoo/weights';
import { tfjsZoo } from './support.js';

describe('tfjs-zoo models', () => {
  it('describes every model of the zoo as JSON', async () => {
    const { code, stdout, stderr } = await tfjsZoo('models', '--json');
    expect([code, stderr]).to.deep.equal([0, '']);
    const models: { name: string; input: number[]; parameters: number; weights: unknown[] }[] = JSON.parse(stdout);
    expect(models.map(({ name }) => name)).to.deep.equal(listModels());
    // Counted by PyTorch.
    expect(Object.fromEntries(models.slice(0, 6).map(({ name, parameters }) => [name, parameters]))).to.deep.equal({
      alexnet: 61_100_840,
      alexnet_d2l: 46_764_746,
      alexnet_bn: 62_397_480,
      alexnet_paper: 60_965_224,
      efficientnet_lite0: 4_652_008,
      lenet: 44_426,
    });
    expect(models[0]).to.deep.equal({
      name: 'alexnet',
      description: "torchvision's AlexNet (Krizhevsky 2014)",
      input: [1, 224, 224, 3],
      parameters: 61_100_840,
      weights: [
        {
          name: 'IMAGENET1K_V1',
          url: 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth',
          sizeMiB: 233.087,
          accuracy: { acc1: 56.522, acc5: 79.066 },
          gflops: 0.714,
        },
      ],
    });
  });

  it('prints them as a table', async () => {
    const { code, stdout, stderr } = await tfjsZoo('models');
    expect([code, stderr]).to.deep.equal([0, '']);
    const rows = listModels().reduce((sum, name) => sum + Math.max(1, entriesFor(name).length), 0);
    expect(stdout.trimEnd().split('\n')).to.have.length(2 + rows);
    expect(stdout).to.match(
      /^alexnet +torchvision's .* +224 × 224 × 3 +61,100,840 +IMAGENET1K_V1 +233\.1 +56\.5% +79\.1% +0\.7140$/m,
    );
    expect(stdout).to.match(/^lenet .* 28 × 28 × 1 +44,426 +FASHION_MNIST +0\.2 +90\.5% +99\.9% +0\.000\d+$/m);
    expect(stdout).to.match(/^ +IMAGENET1K_V2 +97\.8 +80\.9% +95\.4% +4\.089$/m);
  });

  it('prints those of a pattern', async () => {
    const { code, stdout } = await tfjsZoo('models', '--include', 'resnet1*', '--json');
    expect([code, JSON.parse(stdout).map(({ name }: { name: string }) => name)]).to.deep.equal([
      0,
      ['resnet18', 'resnet101', 'resnet152'],
    ]);
    const none = await tfjsZoo('models', '--include', 'inception*');
    expect([none.code, none.stderr]).to.deep.equal([
      2,
      "tfjs-zoo models: expected --include to fit a model's name, got 'inception*'. See tfjs-zoo models --help.\n",
    ]);
  });
});
