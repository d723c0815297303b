import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';
import {
  ColorJitter,
  FiveCrop,
  functional,
  Lambda,
  Pad,
  RandomApply,
  RandomChoice,
  RandomCrop,
  RandomErasing,
  RandomHorizontalFlip,
  RandomOrder,
  RandomResizedCrop,
  RandomVerticalFlip,
  TenCrop,
} from 'tfjs-zoo/transforms';
import { noiseImage, readJson } from './support.js';

const { reprs } = readJson('augment.json');
const image = noiseImage(5, 4, 3, 1); // 4 high, 5 wide

describe('augmentation, what it prints', () => {
  it("torchvision's reprs, asked there", () => {
    const transforms = [
      new Pad(3),
      new Pad([1, 2], { fill: 7, paddingMode: 'reflect' }),
      new RandomCrop(32, { padding: 4 }),
      new RandomCrop([3, 4]),
      new RandomHorizontalFlip(),
      new RandomVerticalFlip({ p: 0.25 }),
      new ColorJitter(),
      new RandomErasing(),
      new RandomErasing({ p: 0.1, scale: [0.1, 0.2], ratio: [0.5, 2], value: 'random', inplace: true }),
      new RandomErasing({ value: [1, 2, 3] }),
      new FiveCrop(5),
      new FiveCrop([5, 6]),
      new TenCrop([5], { verticalFlip: true }),
      new Lambda((x) => x),
      new RandomApply([new Pad(1), new FiveCrop(2)], { p: 0.3 }),
      new RandomApply([]),
      new RandomOrder([new Pad(1), new Pad(2)]),
      new RandomChoice([new Pad(1)]),
      new RandomChoice([new Pad(1), new Pad(2)], { p: [0.5, 1] }),
    ];
    expect(transforms.map(String)).to.deep.equal(reprs);
  });

  it("today's torchvision, where that of the tests is older", () => {
    expect(String(new RandomResizedCrop(224))).to.equal(
      'RandomResizedCrop(size=(224, 224), scale=(0.08, 1.0), ratio=(0.75, 1.3333), interpolation=bilinear, antialias=True)',
    );
    expect(String(new ColorJitter({ brightness: 0.4, contrast: [1, 2], hue: 0.1 }))).to.equal(
      'ColorJitter(brightness=(0.6, 1.4), contrast=(1.0, 2.0), saturation=None, hue=(-0.1, 0.1))',
    );
    expect(String(new ColorJitter({ brightness: 3 }))).to.contain('brightness=(0.0, 4.0)');
  });
});

describe('augmentation, what it says is wrong', () => {
  before(() => tf.setBackend('cpu'));

  it('with arguments', () => {
    expect(() => new Pad([1, 2, 3] as never)).to.throw(
      'Pad: expected padding to be an integer or 1, 2 or 4 of them, got [1,2,3]. Give whole pixels',
    );
    expect(() => new RandomCrop(4, { padding: 1.5, paddingMode: 'zeros' as never, fill: Number.NaN })).to.throw(
      "RandomCrop: expected padding to be an integer or 1, 2 or 4 of them, got 1.5, and paddingMode to be one of constant, edge, reflect, symmetric, got 'zeros', " +
        'and fill to be a finite number or an array of them, got null. Give',
    );
    expect(() => new RandomCrop(0)).to.throw(
      'RandomCrop: expected size to be a positive integer or [height, width], got 0',
    );
    expect(() => new FiveCrop([1, 2, 3] as never)).to.throw('FiveCrop: expected size to be a positive integer');
    expect(() => new TenCrop(-1)).to.throw(
      'TenCrop: expected size to be a positive integer or [height, width], got -1',
    );
    expect(() => new RandomHorizontalFlip({ p: 1.5 })).to.throw(
      'RandomHorizontalFlip: expected p to be a probability, 0 to 1, got 1.5. Give 1 for always.',
    );
    expect(() => new RandomVerticalFlip({ p: Number.NaN })).to.throw(
      'RandomVerticalFlip: expected p to be a probability, 0 to 1, got NaN',
    );
    expect(() => new RandomResizedCrop(4, { scale: [1, 0.5] })).to.throw(
      'RandomResizedCrop: expected scale to be [min, max], at least 0, got [1,0.5]. Give the smaller first.',
    );
    expect(() => new RandomResizedCrop(4, { ratio: [0, 1] })).to.throw(
      'expected ratio to be [min, max], above 0, got [0,1]',
    );
    expect(() => new RandomResizedCrop(4, { interpolation: 'linear' as never })).to.throw(
      "RandomResizedCrop: expected interpolation to be one of nearest, nearest-exact, bilinear, bicubic, box, hamming, lanczos, got 'linear'",
    );
    expect(() => new RandomResizedCrop([] as never)).to.throw('RandomResizedCrop: expected size to be');
    expect(() => new RandomErasing({ scale: [0, 1.1] })).to.throw(
      'RandomErasing: expected scale to be [min, max], from 0 to 1, got [0,1.1]',
    );
    expect(() => new RandomErasing({ value: 'noise' as never })).to.throw(
      'RandomErasing: expected value to be a finite number, an array of them or \'random\', got "noise". Give 0 for black.',
    );
    expect(() => new RandomErasing({ value: [] })).to.throw("or 'random', got []");
    expect(() => new RandomErasing({ p: -1 })).to.throw(
      'RandomErasing: expected p to be a probability, 0 to 1, got -1',
    );
    expect(() => new ColorJitter({ brightness: -1 })).to.throw(
      'ColorJitter: expected brightness to be at least 0, or [min, max], got -1. Give 0 to change nothing.',
    );
    expect(() => new ColorJitter({ contrast: [-1, 1] })).to.throw(
      'ColorJitter: expected contrast to be [min, max], at least 0, got [-1,1]',
    );
    expect(() => new ColorJitter({ saturation: [1] as never })).to.throw(
      'expected saturation to be [min, max], at least 0, got [1]',
    );
    expect(() => new ColorJitter({ hue: 0.6 })).to.throw(
      'ColorJitter: expected hue to be from 0 to 0.5, or [min, max], got 0.6',
    );
    expect(() => new ColorJitter({ hue: [-0.6, 0] })).to.throw(
      'expected hue to be [min, max], from -0.5 to 0.5, got [-0.6,0]',
    );
    expect(() => new Lambda('x' as never)).to.throw(
      'Lambda: expected a function, got string. Give one of one argument.',
    );
    expect(() => new RandomApply(new Pad(1) as never)).to.throw(
      'RandomApply: expected an array of transforms, got object',
    );
    expect(() => new RandomApply([], { p: 2 })).to.throw('RandomApply: expected p to be a probability, 0 to 1, got 2');
    expect(() => new RandomOrder([1] as never)).to.throw(
      'RandomOrder: expected transforms with a method apply(x), got number at index 0',
    );
    expect(() => new RandomChoice([])).to.throw('RandomChoice: expected at least one transform, got [].');
    expect(() => new RandomChoice([new Pad(1)], { p: [0.5, 0.5] })).to.throw(
      'RandomChoice: expected p to be 1 number of at least 0, not all 0, got [0.5,0.5]. Give each transform a weight.',
    );
    expect(() => new RandomChoice([new Pad(1), new Pad(2)], { p: [0, 0] })).to.throw(
      'p to be 2 numbers of at least 0, not all 0, got [0,0]',
    );
  });

  it('with an image', () => {
    const all = [
      new Pad(1),
      new RandomCrop(2),
      new RandomResizedCrop(2),
      new RandomHorizontalFlip(),
      new RandomVerticalFlip(),
      new ColorJitter(),
      new FiveCrop(2),
      new TenCrop(2),
      new RandomApply([]),
    ];
    for (const transform of all) {
      const name = String(transform).split('(')[0];
      expect(() => transform.apply('cat.jpg' as never), name!).to.throw(
        `${name}: expected an image { width, height, data: Uint8Array } or a tensor, got string. Load it with loadImage first.`,
      );
      expect(() => transform.apply(tf.zeros([4, 4]))).to.throw(
        `${name}: expected a tensor [H, W, C] or [N, H, W, C], got shape [4, 4]`,
      );
    }
    expect(() => new RandomErasing().apply(image as never)).to.throw(
      'RandomErasing: expected a float tensor, got object. Put ToTensor before it.',
    );
    expect(() => new RandomErasing({ value: [1, 2] }).apply(tf.zeros([4, 4, 3]))).to.throw(
      'RandomErasing: expected 2 channels (last axis), as value has 2 numbers, got shape [4, 4, 3]. Give one number, or one each channel.',
    );
    expect(() => new RandomCrop([5, 5]).apply(image)).to.throw(
      'RandomCrop: expected an image of at least 5×5 (height × width), got one of 4×5. Give a smaller size, or padIfNeeded: true.',
    );
    expect(() => new RandomCrop(3).apply(tf.zeros([2, 2, 9, 1]))).to.throw(
      'at least 3×3 (height × width), got one of shape [2, 2, 9, 1]',
    );
    expect(() => new FiveCrop(5).apply(image)).to.throw(
      'fiveCrop: expected crops no larger than the image, got 5×5 of one of 4×5 (height × width). Resize the image first.',
    );
    expect(() => new ColorJitter({ hue: 0.1 }).apply(tf.zeros([4, 4, 2]))).to.throw(
      'adjustHue: expected 3 channels or 1 (last axis), got shape [4, 4, 2]',
    );
    expect(() => new RandomResizedCrop(3, { interpolation: 'lanczos' }).apply(tf.zeros([4, 4, 3]))).to.throw(
      "nearest-exact, bilinear or bicubic for a tensor, got 'lanczos'",
    );
  });

  it('with parameters of the functional ops', () => {
    const x: tf.Tensor = tf.zeros([2, 4, 5, 3]);
    expect(() => functional.pad(image, [1, 2, 3] as never)).to.throw(
      'pad: expected padding to be an integer or 1, 2 or 4 of them, got [1,2,3]',
    );
    expect(() => functional.pad(image, 1, { fill: [1, 2] })).to.throw(
      'pad: expected fill to be one number or 3, one for each channel, got [1, 2]. Give as many as the image has channels.',
    );
    expect(() => functional.pad(x, 1, { fill: [1, 2, 3] })).to.throw(
      'pad: expected fill to be one number for a tensor, got [1, 2, 3]. Pad the 8-bit image before ToTensor.',
    );
    expect(() => functional.pad(image, [-3, 0, -2, 0])).to.throw(
      'pad: expected padding that leaves some of the image, got 4×0 from one of 4×5. Cut off less.',
    );
    expect(() => functional.pad(image, [-6, 0, 3, 0], { paddingMode: 'edge' })).to.throw('got 4×2 from one of 4×5');
    expect(() => functional.pad(x, [2, 4], { paddingMode: 'reflect' })).to.throw(
      "pad: expected at most 3 rows and 4 columns of padding in mode 'reflect', got 4 and 2 for a tensor of shape [2, 4, 5, 3]. Pad less, or in mode 'edge'.",
    );
    expect(() => functional.pad(x, [6, 4], { paddingMode: 'symmetric' })).to.throw(
      "at most 4 rows and 5 columns of padding in mode 'symmetric', got 4 and 6",
    );
    expect(() => functional.crop(image, 0, 0, 0, 1)).to.throw(
      'crop: expected a rectangle of whole pixels, at least one high and wide, got top 0, left 0, height 0, width 1. Round them.',
    );
    expect(() => functional.crop(image, 0.5, 0, 1, 1)).to.throw('got top 0.5, left 0');
    expect(() => functional.centerCrop(image, 0)).to.throw('centerCrop: expected size to be a positive integer');
    expect(() => functional.resizedCrop(image, 0, 0, 1, 1, -2)).to.throw(
      'Resize: expected size to be a positive integer',
    );
    expect(() => functional.tenCrop(image, [4, 6])).to.throw(
      'fiveCrop: expected crops no larger than the image, got 4×6',
    );
    expect(() => functional.adjustContrast(image, -1)).to.throw(
      'adjustContrast: expected a finite factor of at least 0, got -1. Give 1 to change nothing, less to weaken, more to strengthen.',
    );
    expect(() => functional.adjustBrightness(x, Number.POSITIVE_INFINITY)).to.throw(
      'adjustBrightness: expected a finite factor of at least 0, got Infinity',
    );
    expect(() => functional.adjustSaturation(tf.zeros([1, 1, 2]), 1)).to.throw(
      'adjustSaturation: expected 3 channels or 1',
    );
    expect(() => functional.adjustHue(image, Number.NaN)).to.throw(
      'adjustHue: expected a factor from -0.5 to 0.5, got NaN. Give the part of a whole turn.',
    );
    expect(() => functional.adjustLighting(image, [1, 2] as never)).to.throw(
      'adjustLighting: expected alpha to be three finite numbers, got [1, 2]. Give one for each eigenvalue.',
    );
    expect(() => functional.erase(x, 3, 0, 2, 1, tf.zeros([1, 1, 1]))).to.throw(
      'erase: expected a rectangle of whole pixels inside 4×5, got row 3, column 0, height 2, width 1. Cut it to the image.',
    );
    expect(() => functional.erase(x, 0, 0, 2, 1, tf.zeros([1, 2, 3]))).to.throw(
      'erase: expected v to be [2, 2, 1, 3], or 1 where a value repeats, got shape [1, 2, 3]. Reshape it.',
    );
    expect(() => functional.erase(image as never, 0, 0, 1, 1, x)).to.throw(
      'erase: expected a float tensor, got object',
    );
    for (const op of [functional.hflip, functional.vflip]) {
      expect(() => op(null as never)).to.throw(
        'flip: expected an image { width, height, data: Uint8Array } or a tensor, got null',
      );
    }
  });
});
