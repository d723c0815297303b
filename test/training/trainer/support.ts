import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { datasets, manualSeed, nn, training } from 'tfjs-zoo';

/** Small images of three classes: which third of the rows is bright. */
export function stripes(count: number): datasets.Sample[] {
  const random = new nn.Random(5);
  return Array.from({ length: count }, (_, index) => {
    const label = index % 3;
    const data = Uint8Array.from({ length: 36 }, (_, pixel) => {
      const isBright = Math.floor(pixel / 12) === label;
      return random.integer(100) + (isBright ? 120 : 0);
    });
    return { input: { width: 6, height: 6, data, channels: 1 as const }, label };
  });
}

/** A CNN with all that a checkpoint must bring back: lazy layers, BatchNorm's statistics, dropout. */
export function smallNet(seed = 1): nn.Sequential {
  manualSeed(seed);
  return new nn.Sequential(
    new nn.LazyConv2d(4, 3), // [N, 4, 4, 4]
    new nn.BatchNorm2d(4),
    new nn.ReLU(),
    new nn.Flatten(), // [N, 64]
    new nn.Dropout({ p: 0.3 }),
    new nn.Linear(64, 3),
  );
}

/** Seven batches an epoch, the last one smaller. */
export function stripeLoader(options: Partial<datasets.DataLoaderOptions> = {}): datasets.DataLoader {
  return new datasets.DataLoader(stripes(26), { batchSize: 4, shuffle: true, seed: 3, ...options });
}

export function smallTrainer(options: Partial<training.TrainerOptions> = {}): training.Trainer {
  return new training.Trainer({
    maxEpochs: 3,
    optimizer: (parameters) => new training.SGD(parameters, { lr: 0.05, momentum: 0.9 }),
    scheduler: (optimizer) => new training.StepLR(optimizer, 1, { gamma: 0.7 }),
    ...options,
  });
}

/** Everything of a model, as text, to be compared bit by bit. */
export async function bitsOf(model: nn.AnyModule): Promise<string> {
  const state = await model.stateDict();
  return JSON.stringify([...state].map(([name, { data }]) => [name, Array.from(data, String)]));
}

/** Without how long it took. */
export function figuresOf(history: readonly training.EpochRecord[]): object[] {
  return history.map(({ seconds: _, ...figures }) => figures);
}

/** Runs `fn` with a folder that is gone afterwards. */
export async function inFolder<T>(fn: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-training-'));
  try {
    return await fn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs `fn`, which must fail, and gives the error's class and text. */
export async function failureOf(fn: () => Promise<unknown>): Promise<string> {
  try {
    await fn();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'no error';
}

/** Tensors are freed also where a test fails. */
