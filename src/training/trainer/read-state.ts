import { readCheckpoint } from '../../../converters/index.js';
import { CheckpointError } from '../../core/index.js';
import type { TrainingState } from './checkpoint.js';

/** What no training can go on without, beside the model. */
const needed = ['optimizer', 'epoch', 'batch', 'step', 'history', 'tally', 'random', 'seconds'] as const;

/**
 * Reads a checkpoint that a training wrote, with all its tensors.
 * @throws CheckpointError if it is damaged, or none of a training
 */
export async function readState(path: string): Promise<TrainingState> {
  const { stateDict, extra } = await readCheckpoint(path, { readExtra: true });
  const state = Object(extra) as Partial<TrainingState>;
  const missing = needed.filter((key) => state[key] === undefined);
  if (missing.length > 0) {
    throw new CheckpointError(
      `${path}: expected a checkpoint of a training, got one without ${missing.join(', ')}. Pass it as weights, or choose another folder.`,
    );
  }
  return { ...(state as TrainingState), model: stateDict };
}
