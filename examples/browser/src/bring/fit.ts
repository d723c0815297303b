import { listModels, type models, StateDictError } from 'tfjs-zoo';
import { createEngine, type Engine } from '../engine.js';
import { errorText } from '../text.js';
import { nextFrame } from '../turns.js';

/** Why a model does not take a checkpoint. */
export interface Misfit {
  readonly model: models.ModelName;
  /** In short: '3 missing, 2 of other shapes'. */
  readonly brief: string;
  readonly message: string;
  /** How much is wrong; the least is the closest model. */
  readonly problems: number;
}

export interface Fit {
  readonly engine: Engine | undefined;
  readonly misfits: readonly Misfit[];
}

/** Tries the zoo's models on a checkpoint, until one takes it. A model that does not is refused before anything is loaded. */
export async function fitModels(file: File, onTry: (model: models.ModelName) => void): Promise<Fit> {
  const misfits: Misfit[] = [];
  for (const model of listModels()) {
    onTry(model);
    await nextFrame();
    try {
      return { engine: await createEngine(model, { weights: file }), misfits };
    } catch (error) {
      misfits.push(misfitOf(model, error));
    }
  }
  return { engine: undefined, misfits: misfits.sort((a, b) => a.problems - b.problems) };
}

function misfitOf(model: models.ModelName, error: unknown): Misfit {
  const message = errorText(error);
  if (!(error instanceof StateDictError)) return { model, message, brief: 'sizes that it cannot have', problems: 1000 };
  const { missing, unexpected, mismatched } = error;
  const brief = [
    missing.length > 0 && `${missing.length} missing`,
    unexpected.length > 0 && `${unexpected.length} unknown`,
    mismatched.length > 0 && `${mismatched.length} of another shape`,
  ].filter((part) => part !== false);
  return { model, message, brief: brief.join(', '), problems: missing.length + unexpected.length + mismatched.length };
}
