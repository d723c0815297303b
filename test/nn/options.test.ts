import { expect } from 'chai';
import { backends, nn } from 'tfjs-zoo';
import { expectError } from './support.js';

type Build = (...args: unknown[]) => unknown;
const build =
  (layer: unknown): Build =>
  (...args) =>
    new (layer as new (...args: unknown[]) => nn.Module)(...args);

const known = {
  Conv2d: 'stride, padding, dilation, groups, bias, paddingMode',
  ConvTranspose2d: 'stride, padding, outputPadding, groups, bias, dilation, paddingMode',
  MaxPool2d: 'stride, padding, dilation, returnIndices, ceilMode',
  AvgPool2d: 'stride, padding, ceilMode, countIncludePad, divisorOverride',
  LPPool2d: 'stride, ceilMode',
  BatchNorm1d: 'eps, momentum, affine, trackRunningStats, bias',
  BatchNorm2d: 'eps, momentum, affine, trackRunningStats, bias',
  LazyBatchNorm2d: 'eps, momentum, affine, trackRunningStats, bias',
  InstanceNorm2d: 'eps, momentum, affine, trackRunningStats, bias',
  LazyInstanceNorm2d: 'eps, momentum, affine, trackRunningStats, bias',
  GroupNorm: 'eps, affine, bias',
  LayerNorm: 'eps, elementwiseAffine, bias',
  Linear: 'bias',
  Dropout: 'p, inplace',
  Dropout2d: 'p, inplace',
  AlphaDropout: 'p, inplace',
  FeatureAlphaDropout: 'p, inplace',
  ReLU: 'inplace',
  ReLU6: 'inplace',
  LeakyReLU: 'negativeSlope, inplace',
  RReLU: 'lower, upper, inplace',
  PReLU: 'numParameters, init',
  ELU: 'alpha, inplace',
  SELU: 'inplace',
  CELU: 'alpha, inplace',
  GELU: 'approximate',
  SiLU: 'inplace',
  Mish: 'inplace',
  Hardswish: 'inplace',
  Hardsigmoid: 'inplace',
  Hardtanh: 'minVal, maxVal, inplace',
  Hardshrink: 'lambd',
  Softshrink: 'lambd',
  Softplus: 'beta, threshold',
  Threshold: 'inplace',
  GLU: 'dim',
  Softmax: 'dim',
  Softmin: 'dim',
  LogSoftmax: 'dim',
  Flatten: 'startDim, endDim',
  LocalResponseNorm: 'alpha, beta, k',
  Fold: 'dilation, padding, stride',
  Unfold: 'dilation, padding, stride',
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
  ConvTranspose2d: [64, 3, 4],
  MaxPool2d: [3],
  AvgPool2d: [3],
  LPPool2d: [2, 3],
  BatchNorm1d: [3],
  BatchNorm2d: [3],
  InstanceNorm2d: [3],
  GroupNorm: [2, 4],
  LayerNorm: [3],
  Linear: [3, 4],
  LocalResponseNorm: [5],
  Threshold: [0.1, 20],
  Fold: [4, 3],
  Unfold: [3],
};
const layers = Object.keys(known) as Layer[];

describe('options of layers', () => {
  before(() => backends.use('cpu'));

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

  for (const who of ['AdaptiveAvgPool2d', 'AdaptiveMaxPool2d'] as const) {
    it(`${who} takes one size`, () => {
      const message = `${who}: expected one output size, got 6, null. Write [6, null].`;
      expectError(() => build(nn[who])(6, null), 'ShapeError', message);
    });
  }

  it('the size that a lazy layer waits for is none that a caller may give', () => {
    for (const use of [() => new nn.Conv2d(-1, 3, 3), () => new nn.Linear(-1, 3), () => new nn.BatchNorm2d(-1)]) {
      expect(use).to.throw(/got -1\./);
    }
  });
});
