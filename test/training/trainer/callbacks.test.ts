import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { backends, training, ZooError } from 'tfjs-zoo';
import { inFolder, smallNet, smallTrainer, stripeLoader } from './support.js';

/** A training whose validation losses are these. */
function historyOf(losses: readonly number[]): training.EpochRecord[] {
  return losses.map((loss, i) => ({
    epoch: i + 1,
    step: 7 * (i + 1),
    lr: 0.035,
    train: { loss: 2 * loss, accuracy: 0.5 },
    validation: { loss, accuracy: 1 - loss },
    seconds: 75.4,
  }));
}

/** Tells a callback of a training epoch by epoch, until it stops it. */
async function replay(
  callback: training.Callback,
  history: readonly training.EpochRecord[],
): Promise<{ epochs: number; reason: string | undefined }> {
  let reason: string | undefined;
  const soFar = (count: number): training.Training => ({
    model: undefined as never,
    maxEpochs: history.length,
    history: history.slice(0, count),
    stopReason: reason,
    stop: (text) => {
      reason ??= text;
    },
  });
  await callback.onStart?.(soFar(0));
  let epochs = 0;
  while (epochs < history.length && reason === undefined) {
    epochs++;
    await callback.onEpochEnd?.(history[epochs - 1]!, soFar(epochs));
  }
  await callback.onEnd?.(soFar(epochs));
  return { epochs, reason };
}

/** What `fn` writes to stderr. */
async function stderrOf(fn: () => Promise<unknown>): Promise<string> {
  const { write } = process.stderr;
  let text = '';
  process.stderr.write = ((chunk: string) => {
    text += chunk;
    return true;
  }) as typeof write;
  try {
    await fn();
  } finally {
    process.stderr.write = write;
  }
  return text;
}

describe('earlyStopping', () => {
  for (const { losses, options, epochs, reason } of [
    {
      losses: [0.9, 0.5, 0.6, 0.55, 0.52, 0.1],
      options: undefined,
      epochs: 5,
      reason: 'no better loss than 0.5 of epoch 2, with a patience of 3',
    },
    {
      losses: [0.9, 0.88, 0.84, 0.82, 0.8, 0.1],
      options: { patience: 2, minDelta: 0.05 },
      epochs: 5,
      reason: 'no better loss than 0.84 of epoch 3, with a patience of 2',
    },
    {
      losses: [0.5, 0.6, 0.7],
      options: { patience: 1, monitor: 'validation.accuracy' },
      epochs: 2,
      reason: 'no better validation.accuracy than 0.5 of epoch 1, with a patience of 1',
    },
    {
      losses: [0.5, 0.6, 0.4, 0.5, 0.3],
      options: { patience: 2, monitor: 'train.loss' },
      epochs: 5,
      reason: undefined,
    },
    {
      losses: [0.5, Number.NaN, Number.NaN],
      options: { patience: 2 },
      epochs: 3,
      reason: 'no better loss than 0.5 of epoch 1, with a patience of 2',
    },
  ]) {
    it(`with ${JSON.stringify(options)}: ${losses.join(', ')}`, async () => {
      expect(await replay(training.earlyStopping(options), historyOf(losses))).to.deep.equal({ epochs, reason });
    });
  }

  it('stops a resumed training that had stopped before it begins', async () => {
    let reason: string | undefined;
    await training.earlyStopping({ patience: 2 }).onStart!({
      model: undefined as never,
      maxEpochs: 9,
      history: historyOf([0.5, 0.6, 0.7]),
      stopReason: undefined,
      stop: (text) => {
        reason = text;
      },
    });
    expect(reason).to.equal('no better loss than 0.5 of epoch 1, with a patience of 2');
  });

  it('refuses a figure that the training does not have', async () => {
    const callback = training.earlyStopping({ monitor: 'validation.top5' });
    await replay(callback, historyOf([1])).then(
      () => expect.fail('no error'),
      (error) =>
        expect(String(error)).to.equal(
          "ZooError: monitor: expected one of train.loss, train.accuracy, validation.loss, validation.accuracy, got 'validation.top5'. Choose one that the training has.",
        ),
    );
  });

  for (const [options, got] of [
    [{ patience: 0 }, 'patience 0, minDelta 0'],
    [{ patience: 1.5, minDelta: -1 }, 'patience 1.5, minDelta -1'],
    [{ minDelta: Number.NaN }, 'patience 3, minDelta NaN'],
    [{ monitor: 'loss' }, "patience 3, minDelta 0, monitor 'loss'"],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => training.earlyStopping(options)).to.throw(
        ZooError,
        `earlyStopping: expected a positive integer as patience, minDelta of 0 or more and monitor such as 'validation.loss', got ${got}. Correct what is wrong.`,
      );
    });
  }
});

describe('bestOf', () => {
  const best = (losses: readonly number[], monitor?: string) => training.bestOf(historyOf(losses), monitor)?.epoch;

  it('is the first epoch with the smallest loss, or the largest of another figure', () => {
    expect(best([0.5, 0.3, 0.3, 0.4])).to.equal(2);
    expect(best([0.5, 0.3, 0.3, 0.4], 'train.loss')).to.equal(2);
    expect(best([0.5, 0.3, 0.3, 0.4], 'validation.accuracy')).to.equal(2);
    expect(best([0.5, 0.3, 0.3, 0.4], 'train.accuracy')).to.equal(1);
  });

  it('prefers any number to NaN, and is undefined where there are no epochs', () => {
    expect(best([Number.NaN, 9, Number.NaN])).to.equal(2);
    expect(best([])).to.equal(undefined);
  });

  it("is the best of training's losses where there is no validation", () => {
    const history = historyOf([3, 1, 2]).map(({ validation: _, ...record }) => record);
    expect(training.bestOf(history)?.epoch).to.equal(2);
  });
});

describe('historyFile', () => {
  it('keeps all epochs as JSON lines, in the place of what was there', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'history.jsonl');
      writeFileSync(path, 'of another training\n');
      const history = historyOf([0.5, 0.25]);
      await replay(training.historyFile(path), history);
      const text = readFileSync(path, 'utf8');
      expect(text.endsWith('\n')).to.equal(true);
      expect(
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).to.deep.equal(history);
    });
  });
});

describe('curvesFile', () => {
  it('draws an SVG, and a PNG', async () => {
    await inFolder(async (folder) => {
      for (const name of ['curves.svg', 'CURVES.PNG']) {
        await replay(training.curvesFile(join(folder, name)), historyOf([0.5, 0.25]));
      }
      expect(readFileSync(join(folder, 'curves.svg'), 'utf8')).to.match(/^<svg [\s\S]*<\/svg>\s*$/);
      expect(readFileSync(join(folder, 'CURVES.PNG')).subarray(1, 4).toString()).to.equal('PNG');
    });
  });

  it('refuses other endings', () => {
    expect(() => training.curvesFile('curves.pdf')).to.throw(
      ZooError,
      "curvesFile: expected a file that ends in .svg or .png, got 'curves.pdf'. Choose one of them.",
    );
  });
});

describe('progressBar without a terminal', () => {
  it('has a line for each epoch', async () => {
    const history = [
      ...historyOf([0.5]),
      { epoch: 2, step: 14, lr: 0.05 * 0.7 * 0.7 * 0.7, train: { loss: 0.25, accuracy: 0.875 }, seconds: 3725 },
      { epoch: 3, step: 21, lr: 1e-5, train: { loss: 0.2 }, seconds: 1.4 },
    ];
    expect(await stderrOf(() => replay(training.progressBar(), history))).to.equal(
      [
        'Epoch 1 of 3: loss 1.0000, accuracy 0.5000; validation loss 0.5000, accuracy 0.5000; lr 0.035, 1 min 15 s\n',
        'Epoch 2 of 3: loss 0.2500, accuracy 0.8750; lr 0.01715, 1 h 2 min\n',
        'Epoch 3 of 3: loss 0.2000; lr 0.00001, 1 s\n',
      ].join(''),
    );
  });

  it('says why a training ends before its time', async () => {
    await backends.use('wasm');
    const model = smallNet();
    const callbacks = [
      { onEpochEnd: (_: training.EpochRecord, run: training.Training) => run.stop('enough is enough') },
      training.progressBar(),
    ];
    const text = await stderrOf(() => smallTrainer({ callbacks }).fit(model, stripeLoader()));
    model.dispose();
    expect(text).to.match(/^Epoch 1 of 3: [^\n]*\nStopped behind epoch 1: enough is enough\n$/);
  });
});
