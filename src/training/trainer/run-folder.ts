import { writeTorchCheckpoint } from '../../../converters/index.js';
import { CheckpointError, type StateDict, ZooError } from '../../core/index.js';
import type { CheckpointStore, TrainingState } from './checkpoint.js';
import { readState } from './read-state.js';
import type { EpochRecord } from './records.js';

/**
 * A folder that keeps a training's checkpoints, in Node: `last.pth`, the one before it as `previous.pth`, and the weights of the best epoch as
 * `best.pth`.
 *
 * They are PyTorch's files: `torch.load('last.pth')['model']` is a state dict, `['optimizer']` that of an optimizer of torch.optim; and
 * `createModel(name, { weights: 'best.pth' })` reads one here. Each is written beside its place and moved there when it is whole, so a program that is killed
 * at any moment leaves a checkpoint that can be gone on from. If the last one is damaged, the one before it is taken, with a warning.
 *
 * @throws ZooError in a page, which has no folders
 * @example
 * ```ts
 * const checkpoints = training.runFolder('runs/another');
 * console.log(await checkpoints.isEmpty()); // true
 * ```
 */
export function runFolder(path: string): CheckpointStore {
  if (typeof process === 'undefined' || !process.getBuiltinModule) {
    throw new ZooError(
      `runFolder: expected Node, which has folders, got a page for '${path}'. Pass checkpoints of your own, or none.`,
    );
  }
  return new RunFolder(path);
}

class RunFolder implements CheckpointStore {
  readonly label: string;

  constructor(path: string) {
    this.label = path;
  }

  async isEmpty(): Promise<boolean> {
    const there = await Promise.all(['last.pth', 'previous.pth'].map((name) => exists(this.#pathOf(name))));
    return !there.includes(true);
  }

  async load(): Promise<TrainingState | undefined> {
    await this.#sweep();
    const names: string[] = [];
    for (const name of ['last.pth', 'previous.pth']) if (await exists(this.#pathOf(name))) names.push(name);
    const [first, second] = names;
    if (first === undefined) return undefined;
    try {
      return await readState(this.#pathOf(first));
    } catch (error) {
      if (!(error instanceof CheckpointError) || second === undefined) throw error;
      const state = await readState(this.#pathOf(second));
      console.warn(`tfjs-zoo: ${error.message} Going on from ${this.#pathOf(second)}.`);
      // Else the next save would put the damaged one in the place of the good one.
      const { rename } = process.getBuiltinModule('node:fs/promises');
      await rename(this.#pathOf(second), this.#pathOf(first));
      return state;
    }
  }

  async save(state: TrainingState): Promise<void> {
    const { mkdir, rename, rm } = process.getBuiltinModule('node:fs/promises');
    await mkdir(this.label, { recursive: true });
    const [last, next, previous] = ['last.pth', 'next.pth', 'previous.pth'].map((name) => this.#pathOf(name));
    await rm(next!, { force: true });
    await writeTorchCheckpoint(state, next!);
    if (await exists(last!)) await rename(last!, previous!);
    await rename(next!, last!);
  }

  async saveBest(model: StateDict, record: EpochRecord): Promise<void> {
    const { mkdir } = process.getBuiltinModule('node:fs/promises');
    await mkdir(this.label, { recursive: true });
    await writeTorchCheckpoint({ model, ...record }, this.#pathOf('best.pth'));
  }

  /** Takes away what was being written when a training was killed. */
  async #sweep(): Promise<void> {
    const { readdir, rm } = process.getBuiltinModule('node:fs/promises');
    const names = await readdir(this.label).catch(() => []);
    const torn = names.filter((name) => /^(next|best)\.pth(\.[\da-f]+\.tmp)?$/.test(name) && name !== 'best.pth');
    await Promise.all(torn.map((name) => rm(this.#pathOf(name), { force: true })));
  }

  #pathOf(name: string): string {
    return process.getBuiltinModule('node:path').join(this.label, name);
  }
}

async function exists(path: string): Promise<boolean> {
  const { access } = process.getBuiltinModule('node:fs/promises');
  return access(path).then(
    () => true,
    () => false,
  );
}
