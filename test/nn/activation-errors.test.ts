import * as tf from '@tensorflow/tfjs-core';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError } from './support.js';

/** Calls `use` with a tensor of zeros that is freed again. */
function on(shape: number[], use: (x: tf.Tensor) => tf.Tensor, dtype: 'float32' | 'int32' = 'float32'): () => unknown {
  return () => tf.tidy(() => use(tf.zeros(shape, dtype)));
}

const F = nn.functional;

describe('wrong arguments of activations', () => {
  const cases: readonly (readonly [what: string, use: () => unknown, message: string])[] = [
    [
      'an empty range',
      () => new nn.Hardtanh({ minVal: 1 }),
      'Hardtanh: expected minVal smaller than maxVal, got 1 and 1. Give a range that is not empty.',
    ],
    [
      'a range of NaN',
      () => new nn.Hardtanh({ maxVal: Number.NaN }),
      'Hardtanh: expected minVal smaller than maxVal, got -1 and NaN. Give a range that is not empty.',
    ],
    [
      'a range upside down, of the function',
      on([2], (x) => F.hardtanh(x, { minVal: 2, maxVal: 1 })),
      'Hardtanh: expected minVal of at most maxVal, got 2 and 1. Swap them.',
    ],
    [
      'a negative lambd',
      () => new nn.Softshrink({ lambd: -0.5 }),
      'Softshrink: expected lambd of at least 0, got -0.5. Give half the width of the flat piece.',
    ],
    [
      'a negative lambd, of the function',
      on([2], (x) => F.softshrink(x, { lambd: -1 })),
      'Softshrink: expected lambd of at least 0, got -1. Give half the width of the flat piece.',
    ],
    [
      'an alpha to divide by of 0',
      () => new nn.CELU({ alpha: 0 }),
      'CELU: expected an alpha other than 0, got 0. For max(0, x) use ReLU.',
    ],
    [
      'an alpha to divide by of 0, of the function',
      on([2], (x) => F.celu(x, { alpha: 0 })),
      'CELU: expected an alpha other than 0, got 0. For max(0, x) use ReLU.',
    ],
    [
      'an unknown approximation',
      () => new nn.GELU({ approximate: 'erf' as never }),
      "GELU: expected approximate to be none or tanh, got 'erf'. Choose one of these.",
    ],
    [
      'an unknown approximation, of the function',
      on([2], (x) => F.gelu(x, { approximate: true as never })),
      "GELU: expected approximate to be none or tanh, got 'true'. Choose one of these.",
    ],
    [
      'slopes upside down',
      () => new nn.RReLU({ lower: 0.5 }),
      'RReLU: expected lower of at most upper, got 0.5 and 0.3333333333333333. Swap them.',
    ],
    [
      'slopes upside down, of the function',
      on([2], (x) => F.rrelu(x, { lower: 0.5, upper: 0.25 })),
      'RReLU: expected lower of at most upper, got 0.5 and 0.25. Swap them.',
    ],
  ];
  forEachBackend(() => {
    for (const [what, use, message] of cases) {
      it(`${message.split(':')[0]}: ${what}`, () => expectError(use, 'ShapeError', message));
    }
  });
});

describe('wrong inputs of activations', () => {
  const modules: Record<string, () => nn.Module> = {
    CELU: () => new nn.CELU(),
    ELU: () => new nn.ELU(),
    GELU: () => new nn.GELU(),
    GLU: () => new nn.GLU(),
    Hardshrink: () => new nn.Hardshrink(),
    Hardsigmoid: () => new nn.Hardsigmoid(),
    Hardswish: () => new nn.Hardswish(),
    Hardtanh: () => new nn.Hardtanh(),
    LeakyReLU: () => new nn.LeakyReLU(),
    LogSigmoid: () => new nn.LogSigmoid(),
    Mish: () => new nn.Mish(),
    ReLU6: () => new nn.ReLU6(),
    RReLU: () => new nn.RReLU(),
    SELU: () => new nn.SELU(),
    Sigmoid: () => new nn.Sigmoid(),
    SiLU: () => new nn.SiLU(),
    Softmax2d: () => new nn.Softmax2d(),
    Softmin: () => new nn.Softmin(),
    Softplus: () => new nn.Softplus(),
    Softshrink: () => new nn.Softshrink(),
    Softsign: () => new nn.Softsign(),
    Tanh: () => new nn.Tanh(),
    Tanhshrink: () => new nn.Tanhshrink(),
    Threshold: () => new nn.Threshold(0.1, 20),
  };
  const scaling = "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.";
  const cases: readonly (readonly [what: string, use: () => unknown, message: string])[] = [
    ...Object.entries(modules).map(
      ([who, build]) =>
        [
          'integers',
          on([2, 2, 2], (x) => build().forward(x), 'int32'),
          `${who}: expected a float32 tensor, got int32 of shape [2, 2, 2]. ${scaling}`,
        ] as const,
    ),
    [
      'an odd number of channels',
      on([2, 4, 4, 3], (x) => new nn.GLU({ dim: 1 }).forward(x)),
      'GLU: expected an even size along dim 1, got 3 for shape [2, 4, 4, 3]. Give values and gates of the same size.',
    ],
    [
      'a scalar',
      on([], (x) => new nn.GLU().forward(x)),
      'GLU: expected an even size along dim -1, got 1 for shape []. Give values and gates of the same size.',
    ],
    [
      'a dimension that is not there',
      on([2, 4], (x) => new nn.GLU({ dim: 2 }).forward(x)),
      'GLU: expected a dimension from -2 to 1, got 2 for shape [2, 4]. Check the number of axes.',
    ],
    [
      'a dimension that is not there',
      on([2, 4], (x) => new nn.Softmin({ dim: -3 }).forward(x)),
      'Softmin: expected a dimension from -2 to 1, got -3 for shape [2, 4]. Check the number of axes.',
    ],
    [
      'a matrix',
      on([2, 4], (x) => new nn.Softmax2d().forward(x)),
      'Softmax2d: expected an image batch [N, H, W, C] or one image [H, W, C], got a tensor of rank 2 with shape [2, 4]. Add the missing axis with tf.expandDims.',
    ],
  ];
  forEachBackend(() => {
    for (const [what, use, message] of cases) {
      it(`${message.split(':')[0]}: ${what}`, () => expectError(use, 'ShapeError', message));
    }
  });
});
