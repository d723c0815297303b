// Here too, and not only in index.ts: bundlers such as Rolldown (Vite 8) pass over modules that only hand `use` on.
import '#umbrella';
import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import type { BackendDetails, BackendInfo, BackendName, BackendOptions } from './backend-info.js';
import { forgetLost } from './lost.js';
import { selfTest } from './self-test.js';
import { startTensorflow } from './tensorflow/index.js';
import { prepareWasm, wasmDetails, wasmFailure } from './wasm/index.js';
import { expectHardwareWebgl, expectWebgl, repairWebgl, webglDetails, webglFailure } from './webgl/index.js';
import { bringHome, repairWebgpu, startWebgpu, webgpuDetails } from './webgpu/index.js';

/** What a backend needs before tfjs can start it, and what is known of it then. */
interface Candidate {
  /** Registers it with tfjs, where that is to be done; refuses what only who asks for it should get. */
  prepare?(options: BackendOptions, isAsked: boolean): unknown;
  /** Puts right what the backend gets wrong, once it runs. */
  repair?(): void;
  details?(): Promise<BackendDetails>;
  /** Once it runs: refuses what only who asks for it should get. */
  prove?(): Promise<void>;
  /** Lets another backend have the tensors. */
  leave?(backend: tf.KernelBackend): Promise<void>;
  /** What its start failed with, where tfjs only prints that. */
  failure?(): Error | undefined;
}

const candidates: Partial<Record<BackendName, Candidate>> = {
  tensorflow: {
    prepare: startTensorflow,
    async details() {
      const { package: name, version, libtensorflow, device } = await startTensorflow();
      return { version, library: `libtensorflow ${libtensorflow}, by ${name}`, device };
    },
  },
  webgpu: {
    prepare: (_options, isAsked) => startWebgpu(isAsked),
    repair: repairWebgpu,
    details: webgpuDetails,
    prove: selfTest,
    leave: bringHome,
  },
  webgl: {
    prepare: expectWebgl,
    repair: repairWebgl,
    details: webglDetails,
    async prove() {
      expectHardwareWebgl();
      await selfTest();
    },
    failure: webglFailure,
  },
  wasm: {
    prepare: prepareWasm,
    details: wasmDetails,
    failure: wasmFailure,
  },
};

/**
 * What 'auto' tries, fastest first. Both tensorflow and webgpu are there only if somebody wanted them, webgpu in a page too. Of the two
 * tensorflow is quick with small networks too, may have a GPU as well, and does not depend on what kind of GPU there is.
 */
export const automatic: readonly BackendName[] = tf.env().get('IS_NODE')
  ? ['tensorflow', 'webgpu', 'wasm', 'cpu']
  : ['webgpu', 'webgl', 'wasm', 'cpu'];

/**
 * Chooses the backend on which everything computes from here on.
 *
 * @param name 'auto' takes the fastest that starts: in Node tensorflow (where @tensorflow/tfjs-node or @tensorflow/tfjs-node-gpu is
 * installed), webgpu (where the packages webgpu and @tensorflow/tfjs-backend-webgpu find a GPU), wasm or cpu; in a page webgpu (where
 * the app imports @tensorflow/tfjs-backend-webgpu), webgl, wasm or cpu. A GPU is taken that is one, and computes what is known.
 * @throws ZooError if the backend is not installed or does not start, or if wasm runs on another number of threads already
 * @example
 * ```ts
 * const { name, reason } = await backends.use('wasm');
 * console.log(name, reason); // wasm asked for
 * ```
 */
export async function use(name: BackendName | 'auto' = 'auto', options: BackendOptions = {}): Promise<BackendInfo> {
  if (name !== 'auto') return { name, reason: 'asked for', ...(await start(name, options, true)) };
  const failures: string[] = [];
  for (const candidate of automatic) {
    try {
      const details = await start(candidate, options, false);
      const others = failures.length > 0 ? `; ${failures.join('; ')}` : '';
      return { name: candidate, reason: `the fastest that is there${others}`, ...details };
    } catch (error) {
      failures.push(briefly(candidate, (error as Error).message));
    }
  }
  throw new ZooError(`backends.use: expected one of ${automatic.join(', ')} to start, got: ${failures.join('; ')}.`);
}

/** Why one is not taken. That a package was never installed needs no advice: the doctor gives it. */
function briefly(name: BackendName, message: string): string {
  if (/, got (neither|none|no .*)\. (Install|Get)/.test(message)) return `${name} is not installed`;
  if (message.includes('got no such import')) return `${name} is not imported`;
  return `${name}: ${message.replace('backends.use: ', '').replace(/\.$/, '')}`;
}

async function start(name: BackendName, options: BackendOptions, isAsked: boolean): Promise<BackendDetails> {
  const { prepare, repair, details, prove, failure } = Object.hasOwn(candidates, name)
    ? candidates[name]!
    : ({} as Candidate);
  forgetLost(name);
  await prepare?.(options, isAsked);
  const known = tf.engine().registryFactory;
  if (!Object.hasOwn(known, name)) {
    throw new ZooError(`backends.use: expected one of auto, ${Object.keys(known).join(', ')}, got '${name}'.`);
  }
  const before = tf.getBackend() as BackendName | null;
  if (before && before !== name) await candidates[before]?.leave?.(tf.backend());
  try {
    if (!(await tf.setBackend(name))) throw failure?.() ?? new Error('no support for it.');
  } catch (error) {
    // tfjs has let go of the backend that worked.
    if (before) await tf.setBackend(before);
    throw new ZooError(`backends.use: expected ${name} to start, got: ${(error as Error).message}`, { cause: error });
  }
  repair?.();
  if (!isAsked) await prove?.();
  return (await details?.()) ?? { version: tf.version_core };
}
