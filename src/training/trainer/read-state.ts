import { type OpenCheckpoint, openCheckpoint, TensorRef } from '../../../converters/index.js';
import { CheckpointError, type StateDict } from '../../core/index.js';
import type { TrainingState } from './checkpoint.js';

/**
 * Reads a checkpoint that a training wrote, with all its tensors.
 * @throws CheckpointError if it is damaged, or none of a training
 */
export async function readState(path: string): Promise<TrainingState> {
  const checkpoint = await openCheckpoint(path);
  try {
    const extra = Object(checkpoint.extra) as Partial<TrainingState>;
    const missing = (['optimizer', 'epoch', 'batch', 'step', 'history', 'tally', 'random'] as const).filter(
      (key) => extra[key] === undefined,
    );
    if (missing.length > 0) {
      throw new CheckpointError(
        `${path}: expected a checkpoint of a training, got one without ${missing.join(', ')}. Pass it as weights, or choose another folder.`,
      );
    }
    const model: StateDict = new Map();
    for (const { name } of checkpoint.entries) model.set(name, await checkpoint.read(name));
    const optimizer = await withTensors(checkpoint, extra.optimizer);
    return { ...(extra as TrainingState), model, optimizer };
  } finally {
    await checkpoint.close();
  }
}

/** The same value, with the tensors in it read. */
async function withTensors(checkpoint: OpenCheckpoint, value: unknown): Promise<unknown> {
  if (value instanceof TensorRef) return checkpoint.read(value);
  if (Array.isArray(value)) return Promise.all(value.map((item) => withTensors(checkpoint, item)));
  if (value instanceof Map) {
    return new Map(
      await Promise.all([...value].map(async ([key, item]) => [key, await withTensors(checkpoint, item)] as const)),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await withTensors(checkpoint, item)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
