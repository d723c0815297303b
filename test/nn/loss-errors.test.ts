import * as tf from '@tensorflow/tfjs-core';
import { nn } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';
import { expectError } from './support.js';

/** [what is wrong, how, the whole message]; every error here is a ShapeError. */
type Wrong = readonly [what: string, use: () => unknown, message: string];
type AnyLoss = nn.Module<[input: tf.Tensor, target: tf.Tensor]>;

/** A call of a loss whose tensors are freed again. */
function call(build: () => AnyLoss, input: () => tf.Tensor, target: () => tf.Tensor): () => unknown {
  return () => {
    const loss = build();
    try {
      return tf.tidy(() => void loss.forward(input(), target()));
    } finally {
      loss.dispose();
    }
  };
}

const zeros =
  (...shape: number[]) =>
  () =>
    tf.zeros(shape);
const indices =
  (...shape: number[]) =>
  () =>
    tf.zeros(shape, 'int32');

const CAST = "Convert it with tf.cast(target, 'float32').";
const FLOATS = "Convert it with transforms.ToTensor, or with tf.cast(x, 'float32') and your own scaling.";

const all: Record<string, () => AnyLoss> = {
  MSELoss: () => new nn.MSELoss(),
  L1Loss: () => new nn.L1Loss(),
  SmoothL1Loss: () => new nn.SmoothL1Loss(),
  HuberLoss: () => new nn.HuberLoss(),
  BCELoss: () => new nn.BCELoss(),
  BCEWithLogitsLoss: () => new nn.BCEWithLogitsLoss(),
  KLDivLoss: () => new nn.KLDivLoss(),
};
const entropy = () => new nn.CrossEntropyLoss();
const likelihood = () => new nn.NLLLoss();

const constructing: Wrong[] = [
  ...[-0.1, 1.5, Number.NaN].map(
    (labelSmoothing): Wrong => [
      `labelSmoothing ${labelSmoothing}`,
      () => new nn.CrossEntropyLoss({ labelSmoothing }),
      `CrossEntropyLoss: expected labelSmoothing from 0 to 1, got ${labelSmoothing}. Give the share to spread over all classes, such as 0.1.`,
    ],
  ),
  ...[-1, Number.NaN].map(
    (beta): Wrong => [
      `beta ${beta}`,
      () => new nn.SmoothL1Loss({ beta }),
      `SmoothL1Loss: expected beta of at least 0, got ${beta}. Give the difference where the line begins.`,
    ],
  ),
  ...[0, -1, Number.NaN].map(
    (delta): Wrong => [
      `delta ${delta}`,
      () => new nn.HuberLoss({ delta }),
      `HuberLoss: expected a positive delta, got ${delta}. Give the difference where the line begins, or use L1Loss.`,
    ],
  ),
];

const calling: Wrong[] = [
  ...Object.entries(all).flatMap(([who, build]): Wrong[] => [
    [
      'an input of integers',
      call(build, indices(2), zeros(2)),
      `${who}: expected a float32 tensor, got int32 of shape [2]. ${FLOATS}`,
    ],
    [
      'a target of integers',
      call(build, zeros(2), indices(2)),
      `${who}: expected a float32 target, got int32 of shape [2]. ${CAST}`,
    ],
    [
      'a target that is no tensor',
      call(build, zeros(2), () => [1, 0] as never),
      `${who}: expected a tf.Tensor, got an array. Make one with tf.tensor.`,
    ],
  ]),
  ...['MSELoss', 'L1Loss', 'SmoothL1Loss', 'HuberLoss', 'KLDivLoss'].map(
    (who): Wrong => [
      'shapes that do not broadcast',
      call(all[who]!, zeros(2, 3), zeros(2)),
      `${who}: expected a target of the input's shape [2, 3], or one that broadcasts with it, got [2]. Reshape one of them.`,
    ],
  ),
  ...['BCELoss', 'BCEWithLogitsLoss'].map(
    (who): Wrong => [
      'shapes that are not alike',
      call(all[who]!, zeros(2, 1), zeros(2)),
      `${who}: expected a target of the input's shape [2, 1], got [2]. Reshape one of them.`,
    ],
  ),
  ...(['weight', 'posWeight'] as const).map(
    (option): Wrong => [
      `${option} for other channels`,
      call(() => new nn.BCEWithLogitsLoss({ [option]: [1, 2] }), zeros(2, 3), zeros(2, 3)),
      `BCEWithLogitsLoss: expected a ${option} that broadcasts to the input's shape [2, 3], got [2]. ` +
        'Axes count from the last, which holds the channels.',
    ],
  ),
  [
    'a weight larger than the input',
    call(() => new nn.BCELoss({ weight: [1, 2] }), zeros(1), zeros(1)),
    "BCELoss: expected a weight that broadcasts to the input's shape [1], got [2]. Axes count from the last, which holds the channels.",
  ],
  ...(
    [
      ['CrossEntropyLoss', entropy, (weight: number[]) => new nn.CrossEntropyLoss({ weight })],
      ['NLLLoss', likelihood, (weight: number[]) => new nn.NLLLoss({ weight })],
    ] as const
  ).flatMap(([who, build, weighted]): Wrong[] => {
    const alternative = who === 'NLLLoss' ? '' : ', or probabilities of its whole shape';
    return [
      [
        'logits of integers',
        call(build, indices(2, 3), indices(2)),
        `${who}: expected a float32 tensor, got int32 of shape [2, 3]. ${FLOATS}`,
      ],
      [
        'a number for logits',
        call(build, zeros(), indices()),
        `${who}: expected an input with classes on its last axis, got shape []. Give one value for each class.`,
      ],
      [
        'weights of other classes',
        call(() => weighted([1, 2]), zeros(2, 3), indices(2)),
        `${who}: expected a weight of shape [3], one for each class (last axis of the input), got [2]. ` +
          'Give as many weights as there are classes.',
      ],
      [
        'a target that is no tensor',
        call(build, zeros(2, 3), () => [1, 0] as never),
        `${who}: expected a tf.Tensor, got an array. Make one with tf.tensor.`,
      ],
      [
        'another number of targets',
        call(build, zeros(2, 3), indices(3)),
        `${who}: expected a target of shape [2], the input's [2, 3] without its classes${alternative}, got [3]. ` +
          'Give one class index for each position.',
      ],
      [
        'a target with an axis of its own',
        call(build, zeros(2, 4, 4, 3), indices(2, 4, 4, 1)),
        `${who}: expected a target of shape [2, 4, 4], the input's [2, 4, 4, 3] without its classes${alternative}, got [2, 4, 4, 1]. ` +
          'Give one class index for each position.',
      ],
      [
        "PyTorch's layout",
        call(build, zeros(2, 3, 4, 5), indices(2, 4, 5)),
        `${who}: expected a target of shape [2, 3, 4], the input's [2, 3, 4, 5] without its classes${alternative}, got [2, 4, 5]. ` +
          'This looks like an input with classes on axis 1: move them to the last axis with tf.transpose.',
      ],
      [
        'class indices of floats',
        call(build, zeros(2, 3), zeros(2)),
        `${who}: expected a target of int32 class indices, got float32 of shape [2]. ` +
          "Make it with tf.tensor(indices, shape, 'int32'), or convert it with tf.cast(target, 'int32').",
      ],
    ];
  }),
  [
    'probabilities of integers',
    call(entropy, zeros(2, 3), indices(2, 3)),
    "CrossEntropyLoss: expected float32 probabilities in a target of the input's shape, got int32 of shape [2, 3]. " +
      "Give class indices without the axis of the classes, or convert it with tf.cast(target, 'float32').",
  ],
];

describe('wrong losses', () => {
  forEachBackend(() => {
    for (const [what, use, message] of [...constructing, ...calling]) {
      it(`${message.split(':')[0]}: ${what}`, () => expectError(use, 'ShapeError', message));
    }

    for (const [who, build] of [
      ...Object.entries(all),
      ['CrossEntropyLoss', entropy],
      ['NLLLoss', likelihood],
    ] as const) {
      it(`${who}: a reduction that does not exist`, () => {
        const layer = build().constructor as new (options: object) => nn.AnyModule;
        const message = (got: string) =>
          `${who}: expected reduction to be one of none, mean, sum${who === 'KLDivLoss' ? ', batchmean' : ''}, got ${got}. Choose one of these.`;
        expectError(() => new layer({ reduction: 'average' }), 'ZooError', message('"average"'));
        expectError(() => new layer({ reduction: null }), 'ZooError', message('null'));
      });
    }

    for (const option of ['weight', 'posWeight'] as const) {
      it(`BCEWithLogitsLoss: a ${option} of no floats`, () => {
        const message = (got: string) =>
          `BCEWithLogitsLoss: expected ${option} to be an array of numbers or a float32 tensor, got ${got}. ` +
          'Give one number for each channel, or null.';
        const build = (weight: unknown) => new nn.BCEWithLogitsLoss({ [option]: weight } as object);
        expectError(() => build(2), 'ShapeError', message('number'));
        const integers = tf.tensor1d([1, 2], 'int32');
        expectError(() => build(integers), 'ShapeError', message('int32 of shape [2]'));
        integers.dispose();
      });
    }

    it('CrossEntropyLoss: probabilities where a class is to be ignored', () => {
      const use = call(() => new nn.CrossEntropyLoss({ ignoreIndex: 1 }), zeros(2, 3), zeros(2, 3));
      const message =
        'CrossEntropyLoss: expected class indices where ignoreIndex is 1, got probabilities of shape [2, 3]. ' +
        'Leave ignoreIndex out: a probability can be 0 instead.';
      expectError(use, 'ZooError', message);
    });

    it("MSELoss: PyTorch's old names of reductions", () => {
      for (const option of ['size_average', 'reduce']) {
        expectError(
          () => new nn.MSELoss({ [option]: false } as object),
          'ZooError',
          `MSELoss: expected an options object with reduction, got option '${option}'. Correct its name or leave it out.`,
        );
      }
    });

    it('the functional ops check their options themselves', () => {
      const F = nn.functional;
      const [x, t] = [tf.zeros([2, 3]), tf.zeros([2], 'int32')];
      const none = 'expected reduction to be one of none, mean, sum, got "all". Choose one of these.';
      const reduction = 'all' as never;
      for (const [who, op] of [
        ['MSELoss', F.mseLoss],
        ['L1Loss', F.l1Loss],
        ['SmoothL1Loss', F.smoothL1Loss],
        ['HuberLoss', F.huberLoss],
        ['BCELoss', F.binaryCrossEntropy],
        ['BCEWithLogitsLoss', F.binaryCrossEntropyWithLogits],
      ] as const) {
        expectError(() => op(x, x, { reduction }), 'ZooError', `${who}: ${none}`);
      }
      expectError(
        () => F.klDiv(x, x, { reduction }),
        'ZooError',
        'KLDivLoss: expected reduction to be one of none, mean, sum, batchmean, got "all". Choose one of these.',
      );
      expectError(() => F.crossEntropy(x, t, { reduction }), 'ZooError', `CrossEntropyLoss: ${none}`);
      expectError(() => F.nllLoss(x, t, { reduction }), 'ZooError', `NLLLoss: ${none}`);
      expectError(
        () => F.crossEntropy(x, t, { labelSmoothing: 2 }),
        'ShapeError',
        'CrossEntropyLoss: expected labelSmoothing from 0 to 1, got 2. Give the share to spread over all classes, such as 0.1.',
      );
      expectError(
        () => F.smoothL1Loss(x, x, { beta: -2 }),
        'ShapeError',
        'SmoothL1Loss: expected beta of at least 0, got -2. Give the difference where the line begins.',
      );
      expectError(
        () => F.huberLoss(x, x, { delta: 0 }),
        'ShapeError',
        'HuberLoss: expected a positive delta, got 0. Give the difference where the line begins, or use L1Loss.',
      );
      tf.dispose([x, t]);
    });
  });
});
