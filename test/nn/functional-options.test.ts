import * as tf from '@tensorflow/tfjs-core';

import { backends, nn } from 'tfjs-zoo';
import { expectError } from './support.js';

type Op = (...args: unknown[]) => tf.Tensor;

/** How many arguments stand before the options of each op that has any; `inplace` alone, which changes nothing, is none. */
const required: Partial<Record<keyof typeof nn.functional, number>> = {
  conv2d: 2,
  convTranspose2d: 2,
  linear: 2,
  maxPool2d: 2,
  avgPool2d: 2,
  lpPool2d: 3,
  adaptiveMaxPool2d: 2,
  unfold: 2,
  fold: 3,
  pad: 2,
  flatten: 1,
  interpolate: 1,
  dropout: 1,
  dropout2d: 1,
  alphaDropout: 1,
  featureAlphaDropout: 1,
  batchNorm: 3,
  instanceNorm: 1,
  groupNorm: 2,
  layerNorm: 2,
  localResponseNorm: 2,
  elu: 1,
  celu: 1,
  gelu: 1,
  glu: 1,
  hardtanh: 1,
  hardshrink: 1,
  softshrink: 1,
  leakyRelu: 1,
  rrelu: 1,
  softplus: 1,
  softmax: 1,
  softmin: 1,
  logSoftmax: 1,
  crossEntropy: 2,
  nllLoss: 2,
  mseLoss: 2,
  l1Loss: 2,
  smoothL1Loss: 2,
  huberLoss: 2,
  binaryCrossEntropy: 2,
  binaryCrossEntropyWithLogits: 2,
  klDiv: 2,
};

describe("PyTorch's positional arguments in the place of an op's options", () => {
  before(() => backends.use('cpu'));

  for (const [name, count] of Object.entries(required)) {
    it(`${name} refuses a number and a tensor`, () => {
      const op = nn.functional[name as keyof typeof nn.functional] as unknown as Op;
      const remedy = 'Arguments that have a default go into it by name, as in { dim: 1 }.';
      const before = Array(count).fill(undefined);
      expectError(() => op(...before, 2), 'ZooError', `${name}: expected an options object, got 2. ${remedy}`);
      const bias = tf.scalar(1);
      expectError(
        () => op(...before, bias),
        'ZooError',
        `${name}: expected an options object, got a tensor. ${remedy}`,
      );
      bias.dispose();
    });
  }
});
