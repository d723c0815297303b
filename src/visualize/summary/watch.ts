import * as tf from '@tensorflow/tfjs-core';
import { type AnyModule, Buffer, Counter, type Listener, overhear } from '../../nn/index.js';

/** Stands around a call of a module: calls it by `call`, and gives back what that gave. */
export type Around = (module: AnyModule, args: readonly unknown[], call: () => unknown) => unknown;

/** Does something while every call of these modules goes through `around`; layers that are watched are not computed together. */
export function watching<Result>(modules: Iterable<AnyModule>, around: Around, run: () => Result): Result {
  const listenerOf =
    (module: AnyModule): Listener =>
    (call, args) =>
      around(module, args, call);
  return overhear(new Map([...modules].map((module) => [module, listenerOf(module)])), run);
}

/** Does something with every module in the mode that `isTraining` says, and puts the modes back. */
export function inModes<Result>(
  model: AnyModule,
  isTraining: (module: AnyModule) => boolean,
  run: () => Result,
): Result {
  const modes = [...model.modules()].map((module) => [module, module.training] as const);
  try {
    // Set one by one: `eval()` would also prepare a Sequential for predictions.
    for (const [module] of modes) module.training = isTraining(module);
    return run();
  } finally {
    for (const [module, training] of modes) module.training = training;
  }
}

/**
 * The modes for the texts of tools that run a model in the mode in which it is: what is built of modules keeps it, for its branches may
 * depend on it, and layers evaluate, for their shapes do not and a look must not change running statistics.
 */
export function asItIs(module: AnyModule): boolean {
  const isLayer = [...module.children()].length === 0;
  const hasStatistics = Object.values(module).some((value) => value instanceof Buffer || value instanceof Counter);
  return module.training && !isLayer && !hasStatistics;
}

/** Passes zeros through a model. */
export function passZeros(model: AnyModule, inputShape: readonly number[]): void {
  tf.tidy(() => {
    model.forward(tf.zeros([...inputShape]));
  });
}
