import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import { expectError } from './support.js';

type Build = (...args: unknown[]) => unknown;
const build =
  (layer: unknown): Build =>
  (...args) =>
    new (layer as new (...args: unknown[]) => nn.Module)(...args);

const known = {
  Conv2d: 'stride, padding, dilation, groups, bias, paddingMode',
  MaxPool2d: 'stride, padding, dilation, returnIndices, ceilMode',
  AvgPool2d: 'stride, padding, ceilMode, countIncludePad, divisorOverride',
  BatchNorm1d: 'eps, momentum, affine, trackRunningStats',
  BatchNorm2d: 'eps, momentum, affine, trackRunningStats',
  LazyBatchNorm2d: 'eps, momentum, affine, trackRunningStats',
  Linear: 'bias',
  Dropout: 'p, inplace',
  ReLU: 'inplace',
  PReLU: 'numParameters, init',
  Softmax: 'dim',
  LogSoftmax: 'dim',
  Flatten: 'startDim, endDim',
  LocalResponseNorm: 'alpha, beta, k',
  CrossEntropyLoss: 'weight, ignoreIndex, reduction, labelSmoothing',
  NLLLoss: 'weight, ignoreIndex, reduction',
  MSELoss: 'reduction',
  L1Loss: 'reduction',
  SmoothL1Loss: 'reduction, beta',
  HuberLoss: 'reduction, delta',
  BCELoss: 'weight, reduction',
  KLDivLoss: 'reduction, logTarget',
  BCEWithLogitsLoss: 'weight, reduction, posWeight',
} as const;
type Layer = keyof typeof known;

/** Required arguments of each layer, before the options. */
const required: Partial<Record<Layer, number[]>> = {
  Conv2d: [3, 64, 11],
  MaxPool2d: [3],
  AvgPool2d: [3],
  BatchNorm1d: [3],
  BatchNorm2d: [3],
  Linear: [3, 4],
  LocalResponseNorm: [5],
};
const layers = Object.keys(known) as Layer[];

describe('options of layers', () => {
  for (const who of layers) {
    const make = (...rest: unknown[]) => build(nn[who])(...(required[who] ?? []), ...rest);
    const expected = `${who}: expected an options object with ${known[who]}`;
    const [first] = known[who].split(', ');

    it(`${who} refuses a value in their place`, () => {
      for (const [given, text] of [
        [0.25, '0.25'],
        [false, 'false'],
        [null, 'null'],
        ['same', '"same"'],
        [[4, 2], '[4,2]'],
      ] as const) {
        expectError(() => make(given), 'ZooError', `${expected}, got ${text}. Write { ${first}: ${text} }.`);
      }
    });

    it(`${who} refuses one that does not exist`, () => {
      const remedy = 'Correct its name or leave it out.';
      expectError(() => make({ strides: 4 }), 'ZooError', `${expected}, got option 'strides'. ${remedy}`);
    });

    it(`${who} takes PyTorch's device and dtype where they change nothing`, () => {
      for (const options of [
        { device: null, dtype: 'float32' },
        { device: undefined, dtype: undefined },
        { dtype: null },
      ]) {
        (make(options) as nn.Module).dispose();
      }
      expectError(
        () => make({ device: 'cuda' }),
        'ZooError',
        `${who}: expected device to be null, got "cuda". Leave it out, and choose a backend with tf.setBackend.`,
      );
      expectError(
        () => make({ dtype: 'float16' }),
        'ZooError',
        `${who}: expected dtype to be float32, got "float16". Leave it out: layers compute on float32.`,
      );
    });
  }

  it("knows PyTorch's spelling", () => {
    const mistake = (who: Layer, key: string, meant: string) =>
      `${who}: expected an options object with ${known[who]}, got option '${key}'. Did you mean ${meant}?`;
    const cases = [
      [() => build(nn.MaxPool2d)(3, { ceil_mode: true }), mistake('MaxPool2d', 'ceil_mode', 'ceilMode')],
      [() => build(nn.LazyConv2d)(3, 3, { padding_mode: 'zeros' }), mistake('Conv2d', 'padding_mode', 'paddingMode')],
      [
        () => build(nn.BatchNorm2d)(3, { track_running_stats: true }),
        mistake('BatchNorm2d', 'track_running_stats', 'trackRunningStats'),
      ],
    ] as const;
    for (const [use, message] of cases) expectError(use, 'ZooError', message);
  });

  it('AdaptiveAvgPool2d takes one size', () => {
    const message = 'AdaptiveAvgPool2d: expected one output size, got 6, null. Write [6, null].';
    expectError(() => build(nn.AdaptiveAvgPool2d)(6, null), 'ShapeError', message);
  });

  it('the size that a lazy layer waits for is none that a caller may give', () => {
    for (const use of [() => new nn.Conv2d(-1, 3, 3), () => new nn.Linear(-1, 3), () => new nn.BatchNorm2d(-1)]) {
      expect(use).to.throw(/got -1\./);
    }
  });
});
