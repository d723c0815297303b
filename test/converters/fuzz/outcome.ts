import type { Checkpoint } from 'tfjs-zoo/converters';
import { CheckpointError } from '../../../src/core/index.js';

interface Outcome {
  readonly outcome: 'read' | 'refused';
  /** What is wrong with it, if anything is. */
  readonly problem?: string;
}

/** Nothing but a checkpoint or a CheckpointError of one sensible line may come of a file. */
export async function checkOutcome(reading: Promise<Checkpoint>): Promise<Outcome> {
  try {
    const { stateDict } = await reading;
    for (const [name, { shape, data }] of stateDict) {
      const numel = shape.reduce((product, dim) => product * dim, 1);
      if (data.length !== numel)
        return { outcome: 'read', problem: `${name} of [${shape}] has ${data.length} elements` };
    }
    return { outcome: 'read' };
  } catch (error) {
    if (!(error instanceof CheckpointError))
      return { outcome: 'refused', problem: (error as Error).stack ?? String(error) };
    // A file may hold a NaN where something else is expected; a message must not come to one by itself.
    const message = error.message.replaceAll('number NaN', 'number');
    const isClear = message.length < 3000 && !/[\n\r]|undefined|NaN|\[object/.test(message);
    return isClear ? { outcome: 'refused' } : { outcome: 'refused', problem: `the message ${message.slice(0, 500)}` };
  }
}
