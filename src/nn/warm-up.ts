import * as tf from '@tensorflow/tfjs-core';
import { inEvaluation } from './in-evaluation.js';
import type { AnyModule } from './module.js';

/** What of a warm-up is being done; 'computing' is a first pass, behind which all is ready. */
export interface WarmUpProgress {
  readonly stage: 'compiling' | 'computing' | 'ready';
  /** Steps that are done, of `total`. */
  readonly done: number;
  readonly total: number;
}

export interface WarmUpOptions {
  readonly onProgress?: ((progress: WarmUpProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the backends of tfjs that compile shaders have for compiling many at a time, without waiting for each. */
interface Compiling extends tf.KernelBackend {
  checkCompileCompletionAsync(): Promise<unknown>;
  /** WebGL's only: asked of each shader once it is compiled. */
  getUniformLocations?(): void;
}

/**
 * `Module.warmup`: passes zeros through in evaluation mode, first, where shaders are compiled, without computing, so that the driver
 * may compile them in parallel and the page goes on. Lazy modules are complete afterwards.
 */
export async function warmUp(
  module: AnyModule,
  inputShape: readonly number[],
  { onProgress, signal }: WarmUpOptions,
): Promise<void> {
  const tell = (stage: WarmUpProgress['stage'], done: number) => onProgress?.({ stage, done, total: 2 });
  // In evaluation mode, for statistics and random numbers must not know of the images that are none.
  const input = () => tf.zeros([...inputShape]);
  const backend = tf.backend();
  signal?.throwIfAborted();
  tell('compiling', 0);
  await nextTask();
  if (compiles(backend)) {
    const flag = 'ENGINE_COMPILE_ONLY';
    tf.env().set(flag, true);
    try {
      inEvaluation(module, () => tf.tidy(() => void module.forward(input())));
    } finally {
      tf.env().set(flag, false);
    }
    await backend.checkCompileCompletionAsync();
    backend.getUniformLocations?.();
  }
  signal?.throwIfAborted();
  tell('computing', 1);
  await nextTask();
  const output = inEvaluation(module, () =>
    tf.tidy(() => tf.tensor_util.getTensorsInContainer(module.forward(input()))),
  );
  await Promise.all(output.map((tensor) => tensor.data()));
  tf.dispose(output);
  tell('ready', 2);
}

function compiles(backend: tf.KernelBackend): backend is Compiling {
  return 'checkCompileCompletionAsync' in backend;
}

/** Lets a page draw what it was told. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
