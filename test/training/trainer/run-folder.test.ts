import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, type datasets, manualSeed, nn, training } from 'tfjs-zoo';
import { readCheckpoint, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { pythonWith } from '../../support/tools.js';
import { failureOf, inFolder, smallNet, smallTrainer, stripeLoader } from './support.js';

const python = pythonWith('torch');
const script = fileURLToPath(new URL('go_on.py', import.meta.url));

async function batchesOf(loader: datasets.DataLoader): Promise<datasets.Batch[]> {
  const batches: datasets.Batch[] = [];
  for await (const batch of loader) batches.push(batch);
  return batches;
}

/** Batches as PyTorch would have them: [N, C, H, W]. */
async function writeBatches(batches: readonly datasets.Batch[], path: string): Promise<void> {
  const entries = batches.flatMap(({ inputs, labels }, i) => [
    [`inputs${i}`, tf.transpose(inputs, [0, 3, 1, 2])] as const,
    [`labels${i}`, tf.clone(labels)] as const,
  ]);
  const tensors = entries.map(async ([name, tensor]) => {
    const data = (await tensor.data()) as Float32Array | Int32Array;
    tensor.dispose();
    return [name, { dtype: tensor.dtype as 'float32' | 'int32', shape: tensor.shape, data }] as const;
  });
  await writeTorchCheckpoint(new Map(await Promise.all(tensors)), path);
}

/** What a checkpoint is for these tests: how far it has come. */
async function progressOf(store: training.CheckpointStore): Promise<number | undefined> {
  return (await store.load())?.step;
}

describe('runFolder', () => {
  before(() => backends.use('wasm'));

  /** A folder with the checkpoints of the steps 4 (previous.pth) and 7 (last.pth). */
  async function trained(folder: string): Promise<training.CheckpointStore> {
    const checkpoints = training.runFolder(folder);
    const model = smallNet();
    await smallTrainer({ maxEpochs: 1, checkpoints, saveEvery: 4 }).fit(model, stripeLoader());
    model.dispose();
    return checkpoints;
  }

  it('keeps the last checkpoint, the one before it and the best weights', async () => {
    await inFolder(async (parent) => {
      const folder = join(parent, 'runs', 'first');
      const checkpoints = training.runFolder(folder);
      expect([checkpoints.label, await checkpoints.isEmpty(), await checkpoints.load()]).to.deep.equal([
        folder,
        true,
        undefined,
      ]);
      await trained(folder);
      expect(readdirSync(folder).sort()).to.deep.equal(['best.pth', 'last.pth', 'previous.pth']);
      expect(await checkpoints.isEmpty()).to.equal(false);
      const { model, ...state } = (await checkpoints.load())!;
      expect([...model.keys()]).to.include.members(['0.weight', '1.num_batches_tracked', '5.bias']);
      expect(state).to.include({ epoch: 1, batch: 0, step: 7, seed: 3 });
      expect(state.tally).to.deep.equal({ loss: [0, 0], metrics: {} });
      const { extra } = await readCheckpoint(join(folder, 'previous.pth'), { readExtra: true });
      expect(extra).to.include({ epoch: 0, batch: 4, step: 4 });
    });
  });

  it('keeps as best.pth the weights of the epoch with the best figure', async () => {
    await inFolder(async (folder) => {
      const model = smallNet();
      const states: string[] = [];
      const weightsOf = ({ data }: { data: ArrayLike<unknown> }) => String(data);
      const history = await smallTrainer({
        maxEpochs: 6,
        scheduler: undefined,
        checkpoints: training.runFolder(folder),
        monitor: 'validation.accuracy',
        callbacks: [
          {
            async onEpochEnd() {
              states.push(weightsOf((await model.stateDict()).get('5.weight')!));
            },
          },
        ],
      }).fit(model, stripeLoader(), stripeLoader({ shuffle: false }));
      model.dispose();
      const accuracies = history.map(({ validation }) => validation!.accuracy!);
      const best = accuracies.indexOf(Math.max(...accuracies));
      const { stateDict, extra } = await readCheckpoint(join(folder, 'best.pth'), { readExtra: true });
      expect(extra).to.deep.include({ epoch: best + 1, validation: history[best]!.validation });
      expect(weightsOf(stateDict.get('5.weight')!)).to.equal(states[best]);
    });
  });

  it('sweeps away what was being written when a program was killed, and nothing else', async () => {
    await inFolder(async (folder) => {
      const checkpoints = await trained(folder);
      const torn = ['next.pth', 'next.pth.0123abcd.tmp', 'best.pth.0123abcd.tmp'];
      for (const name of [...torn, 'notes.txt']) writeFileSync(join(folder, name), 'torn');
      expect(await progressOf(checkpoints)).to.equal(7);
      expect(readdirSync(folder).sort()).to.deep.equal(['best.pth', 'last.pth', 'notes.txt', 'previous.pth']);
    });
  });

  it('finds the checkpoint of a program that was killed between the two renamings', async () => {
    await inFolder(async (folder) => {
      const checkpoints = await trained(folder);
      copyFileSync(join(folder, 'last.pth'), join(folder, 'next.pth'));
      renameSync(join(folder, 'last.pth'), join(folder, 'previous.pth'));
      expect(await checkpoints.isEmpty()).to.equal(false);
      expect(await progressOf(checkpoints)).to.equal(7);
    });
  });

  it('does not put a damaged checkpoint in the place of a good one', async () => {
    await inFolder(async (folder) => {
      const checkpoints = await trained(folder);
      const good = readFileSync(join(folder, 'previous.pth'));
      writeFileSync(join(folder, 'last.pth'), 'damaged');
      const { warn } = console;
      console.warn = () => {};
      try {
        expect(await progressOf(checkpoints)).to.equal(4);
      } finally {
        console.warn = warn;
      }
      await checkpoints.save((await checkpoints.load())!);
      expect(readFileSync(join(folder, 'previous.pth')).equals(good)).to.equal(true);
    });
  });

  it('refuses files that are no checkpoints of a training', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'last.pth');
      await writeTorchCheckpoint({ model: new Map(), epoch: 3 }, path);
      expect(await failureOf(() => training.runFolder(folder).load())).to.equal(
        `CheckpointError: ${path}: expected a checkpoint of a training, got one without optimizer, batch, step, history, tally, random, seconds. Pass it as weights, or choose another folder.`,
      );
    });
  });

  it('writes files that PyTorch goes on with (skipped without python3-torch)', async function () {
    if (!python) this.skip();
    this.timeout(120_000);
    await inFolder(async (folder) => {
      const batches = await batchesOf(stripeLoader({ shuffle: false, batchSize: 9 }));
      await writeBatches(batches, join(folder, 'batches.pth'));
      manualSeed(1);
      const model = new nn.Sequential(
        new nn.LazyConv2d(4, 3),
        new nn.BatchNorm2d(4),
        new nn.ReLU(),
        new nn.Flatten(),
        new nn.Linear(64, 3),
      );
      const losses: number[] = [];
      const fit = (maxEpochs: number) => {
        losses.length = 0;
        const callbacks = [{ onStep: ({ loss }: training.StepRecord) => void losses.push(loss) }];
        return smallTrainer({ maxEpochs, checkpoints: training.runFolder(folder), callbacks }).fit(
          model,
          batches,
          batches,
          { resume: true },
        );
      };
      const [first] = await fit(1);
      const said = execFileSync(python!, [script, folder], { encoding: 'utf8' });
      expect(said.trim().split(' ').map(Number)).to.deep.equal([1, first!.validation!.accuracy]);
      await fit(2);
      const { stateDict, extra } = await readCheckpoint(join(folder, 'after.pth'), { readExtra: true });
      const after = extra as { losses: number[]; lr: number };
      expect(losses).to.have.length(3);
      losses.forEach((loss, i) => void expect(loss).to.be.closeTo(after.losses[i]!, 1e-5));
      expect(after.lr).to.be.closeTo(0.05 * 0.7 * 0.7, 1e-9);
      for (const [name, { data }] of await model.stateDict()) {
        const theirs = stateDict.get(name)!.data;
        data.forEach((value, i) => void expect(Number(value), name).to.be.closeTo(Number(theirs[i]), 1e-5));
      }
      model.dispose();
      tf.dispose(batches.map(({ inputs, labels }) => [inputs, labels]));
    });
  });
});
