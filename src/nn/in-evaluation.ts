import type { AnyModule } from './module.js';

/**
 * Runs `fn` while a module and all inside are in evaluation mode, and puts every mode back.
 * @internal
 */
export function inEvaluation<Result>(module: AnyModule, fn: () => Result): Result {
  const modes = [...module.modules()].map((inner) => [inner, inner.training] as const);
  module.eval();
  try {
    return fn();
  } finally {
    if (modes.some(([, training]) => training)) {
      // Frees what was computed for the evaluation.
      module.train();
      for (const [inner, training] of modes) inner.training = training;
    }
  }
}
