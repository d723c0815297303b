import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { defaultEntry, entriesFor, imagenetCategories, registry } from 'tfjs-zoo/weights';

describe('the registry of weights', () => {
  it("holds torchvision's AlexNet", () => {
    const entry = defaultEntry('alexnet');
    expect(entry).to.equal(entriesFor('alexnet')[0]);
    const { categories, ...rest } = entry!;
    expect(rest).to.deep.equal({
      name: 'IMAGENET1K_V1',
      model: 'alexnet',
      isDefault: true,
      url: 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth',
      sha256: '7be5be79',
      size: { mebibytes: 233.087 },
      numParams: 61100840,
      accuracy: { acc1: 56.522, acc5: 79.066 },
      gflops: 0.714,
      transforms: {
        cropSize: 224,
        resizeSize: 256,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
        interpolation: 'bilinear',
        antialias: true,
      },
      licence: null,
      recipe: 'https://github.com/pytorch/vision/tree/main/references/classification#alexnet-and-vgg',
      minSize: [63, 63],
    });
    expect(categories).to.equal(imagenetCategories);
  });

  it('agrees with itself', () => {
    for (const { model, url, sha256, categories } of registry) {
      expect(url).to.include(`-${sha256}.`);
      expect(categories).to.have.length(1000);
      expect(entriesFor(model).filter((entry) => entry.isDefault)).to.have.length(1);
    }
  });

  it('has nothing for other models', () => {
    expect(entriesFor('lenet')).to.deep.equal([]);
    expect(defaultEntry('lenet')).to.equal(undefined);
  });

  it("lists ImageNet's labels in torchvision's order", () => {
    expect(imagenetCategories).to.have.length(1000);
    expect([0, 1, 281, 282, 606, 657, 744, 967, 999].map((index) => imagenetCategories[index])).to.deep.equal([
      'tench',
      'goldfish',
      'tabby',
      'tiger cat',
      'iron',
      'missile',
      'projectile',
      'espresso',
      'toilet tissue',
    ]);
    // Of torchvision's meta["categories"], joined by newlines.
    expect(createHash('sha256').update(imagenetCategories.join('\n')).digest('hex')).to.equal(
      '0b0f9fee7c952f257418d62aa701f023a9da13b443a14f5c4291e5724d92967c',
    );
  });
});
