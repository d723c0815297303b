import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import fc from 'fast-check';
import { training } from 'tfjs-zoo';
import { forEachBackend } from '../support/backends.js';

/** Feeds a batch, and frees it. */
async function feed(metric: training.Metric, logits: number[][], labels: number[]): Promise<void> {
  const x = tf.tensor2d(logits, [logits.length, logits[0]?.length ?? 3]);
  const y = tf.tensor1d(labels, 'int32');
  try {
    await metric.update(x, y);
  } finally {
    tf.dispose([x, y]);
  }
}

forEachBackend(() => {
  describe('Accuracy and TopK', () => {
    it('count over batches of different sizes', async () => {
      const accuracy = new training.Accuracy();
      const top2 = new training.TopK(2);
      for (const metric of [accuracy, top2]) {
        await feed(
          metric,
          [
            [3, 2, 1],
            [1, 2, 3],
            [2, 3, 1],
          ],
          [0, 1, 2],
        );
        await feed(metric, [[0, -1, -2]], [1]);
      }
      expect(accuracy.compute()).to.equal(1 / 4);
      expect(top2.compute()).to.equal(3 / 4);
    });

    it('give equal logits ranks in the order of the classes', async () => {
      const accuracy = new training.Accuracy();
      await feed(
        accuracy,
        [
          [7, 7, 7],
          [7, 7, 7],
          [7, 7, 7],
        ],
        [0, 1, 2],
      );
      expect(accuracy.compute()).to.equal(1 / 3);
      const top2 = new training.TopK(2);
      await feed(
        top2,
        [
          [7, 7, 7],
          [7, 7, 7],
          [7, 7, 7],
        ],
        [0, 1, 2],
      );
      expect(top2.compute()).to.equal(2 / 3);
    });

    it('take NaN for larger than any number', async () => {
      const accuracy = new training.Accuracy();
      await feed(
        accuracy,
        [
          [1, Number.NaN, Infinity],
          [Number.NaN, Number.NaN, 5],
          [-Infinity, 0, 1],
        ],
        [1, 0, 0],
      );
      expect(accuracy.compute()).to.equal(2 / 3);
    });

    it('are NaN without an example, as after an empty batch', async () => {
      const accuracy = new training.Accuracy();
      await feed(accuracy, [], []);
      expect(accuracy.compute()).to.be.NaN;
    });
  });

  describe('ConfusionMatrix', () => {
    it('counts true classes in rows and predicted ones in columns', async () => {
      const matrix = new training.ConfusionMatrix(3);
      await feed(
        matrix,
        [
          [9, 0, 0],
          [0, 9, 0],
          [0, 9, 0],
        ],
        [0, 0, 1],
      );
      await feed(matrix, [[9, 0, 0]], [0]);
      expect(matrix.counts).to.deep.equal([
        [2, 1, 0],
        [0, 1, 0],
        [0, 0, 0],
      ]);
      expect(matrix.recall()).to.deep.equal([2 / 3, 1, Number.NaN]);
      expect(matrix.precision()).to.deep.equal([1, 1 / 2, Number.NaN]);
      expect(matrix.compute()).to.be.closeTo((2 / 3 + 1) / 2, 1e-15);
    });
  });
});

describe('training metrics', () => {
  before(() => tf.setBackend('cpu'));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it('have names to record them under', () => {
    const metrics = [new training.Accuracy(), new training.TopK(5), new training.ConfusionMatrix(2)];
    expect(metrics.map(({ name }) => name)).to.deep.equal(['accuracy', 'top5', 'balancedAccuracy']);
  });

  it('TopK agrees with sorting, for every k', async () => {
    const row = fc.array(fc.constantFrom(-1, 0, 0.5, 2, Number.NaN, Infinity, -Infinity), {
      minLength: 4,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(row, fc.nat(3), fc.integer({ min: 1, max: 4 }), async (logits, label, k) => {
        const height = (x: number) => (Number.isNaN(x) ? 4 : ({ [-Infinity]: -2, [Infinity]: 3 }[x] ?? x));
        const order = [0, 1, 2, 3].sort((a, b) => height(logits[b]!) - height(logits[a]!) || a - b);
        const metric = new training.TopK(k);
        await feed(metric, [logits], [label]);
        expect(metric.compute()).to.equal(order.indexOf(label) < k ? 1 : 0);
      }),
    );
  });

  it('go on from a state, through JSON', async () => {
    for (const make of [() => new training.Accuracy(), () => new training.ConfusionMatrix(3)]) {
      const whole = make();
      await feed(
        whole,
        [
          [3, 2, 1],
          [1, 2, 3],
        ],
        [0, 1],
      );
      const resumed = make();
      resumed.restore(JSON.parse(JSON.stringify(whole.state())));
      for (const metric of [whole, resumed]) await feed(metric, [[2, 3, 1]], [1]);
      expect(resumed.state()).to.deep.equal(whole.state());
      expect(resumed.compute()).to.equal(whole.compute());
      resumed.reset();
      expect(resumed.compute()).to.be.NaN;
      expect(whole.compute()).to.not.be.NaN;
    }
  });

  it('Mean weighs batches by their size', () => {
    const mean = new training.Mean();
    expect(mean.compute()).to.be.NaN;
    mean.add(2, 128);
    mean.add(1, 64);
    expect(mean.compute()).to.be.closeTo(5 / 3, 1e-15);
    expect(mean.state()).to.deep.equal([320, 192]);
  });

  it('ConfusionMatrix prints a table', async () => {
    const matrix = new training.ConfusionMatrix(2, { classNames: ['cat', 'dog'] });
    await feed(
      matrix,
      [
        [9, 0],
        [0, 9],
        [0, 9],
      ],
      [0, 0, 0],
    );
    expect(String(matrix).split('\n')).to.deep.equal([
      'true \\ predicted     cat   dog  recall',
      '──────────────────────────────────────',
      'cat                    1     2   33.3%',
      'dog                    0     0       -',
      'precision         100.0%  0.0%',
    ]);
  });

  const labels = () => tf.tensor1d([0, 1], 'int32');
  const refused: [string, () => Promise<unknown> | unknown, RegExp][] = [
    [
      'a batch of one row without its axis',
      () => new training.Accuracy().update(tf.zeros([3]), tf.scalar(1, 'int32')),
      /^accuracy: expected logits \[N, classes\] and int32 labels \[N\], got float32 \[3\] and int32 \[\]\./,
    ],
    [
      'labels of another number',
      () => new training.TopK(2).update(tf.zeros([3, 3]), labels()),
      /^top2: .* got float32 \[3, 3\] and int32 \[2\]\./,
    ],
    [
      'labels of another type',
      () => new training.Accuracy().update(tf.zeros([2, 3]), tf.zeros([2])),
      /got float32 \[2, 3\] and float32 \[2\]\. .*'int32'/,
    ],
    [
      'what is no tensor',
      () => new training.Accuracy().update(tf.zeros([2, 3]), [0, 1] as never),
      /got float32 \[2, 3\] and object\./,
    ],
    [
      'a label that is no class',
      () => new training.Accuracy().update(tf.zeros([2, 1]), labels()),
      /^accuracy: expected labels from 0 to 0, got 1 at position 1\./,
    ],
    [
      'fewer classes than k',
      () => new training.TopK(5).update(tf.zeros([2, 3]), labels()),
      /^top5: expected logits of at least 5 classes, got shape \[2, 3\]\./,
    ],
    [
      'other classes than the matrix has',
      () => new training.ConfusionMatrix(10).update(tf.zeros([2, 3]), labels()),
      /^ConfusionMatrix: expected logits of 10 classes, got shape \[2, 3\]\. Make a ConfusionMatrix of 3\./,
    ],
    ['a k of 0', () => new training.TopK(0), /^TopK: expected k to be a positive integer, got 0\./],
    [
      'a matrix of no classes',
      () => new training.ConfusionMatrix(0.5),
      /expected a positive number of classes, got 0\.5\./,
    ],
    [
      'too few names',
      () => new training.ConfusionMatrix(3, { classNames: ['cat'] }),
      /expected 3 class names, got 1\./,
    ],
    [
      'the state of another metric',
      () => new training.Accuracy().restore([1, 2, 3]),
      /^Mean: expected a state of 2 numbers, got \[1,2,3\]\./,
    ],
    [
      'a state that is not numbers',
      () => new training.ConfusionMatrix(1).restore([null] as never),
      /^ConfusionMatrix: expected a state of 1 numbers, got \[null\]\./,
    ],
  ];
  for (const [what, act, message] of refused) {
    it(`refuse ${what}`, async () => {
      const error = await (async () => act())().catch((reason: Error) => reason);
      expect(error).to.be.instanceOf(Error);
      expect((error as Error).message)
        .to.match(message)
        .and.not.include('\n');
    });
  }
});
