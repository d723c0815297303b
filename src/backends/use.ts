import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import type { BackendDetails, BackendInfo, BackendName, BackendOptions } from './backend-info.js';
import { startTensorflow } from './tensorflow/index.js';
import { installKernels, prepareWasm, wasmDetails } from './wasm/index.js';

/** What a backend needs before tfjs can start it, and what is known of it then. */
interface Candidate {
  /** Registers it with tfjs, where that is to be done. */
  prepare?(options: BackendOptions): unknown;
  details?(): Promise<BackendDetails>;
  /** Why one that a machine supports may not start. */
  readonly remedy?: string;
}

const candidates: Partial<Record<BackendName, Candidate>> = {
  tensorflow: {
    prepare: startTensorflow,
    async details() {
      const { package: name, version, libtensorflow, device } = await startTensorflow();
      return { version, library: `libtensorflow ${libtensorflow}, by ${name}`, device };
    },
  },
  webgpu: { prepare: () => importOptional('@tensorflow/tfjs-backend-webgpu') },
  wasm: {
    prepare(options) {
      installKernels();
      prepareWasm(options);
    },
    details: wasmDetails,
    remedy: ' In a page, serve the .wasm files of @tensorflow/tfjs-backend-wasm and pass their URL as wasmPaths.',
  },
};

/** What 'auto' tries, fastest first. */
export const automatic: readonly BackendName[] = tf.env().get('IS_NODE')
  ? ['tensorflow', 'wasm', 'cpu']
  : ['webgl', 'wasm', 'cpu'];

/**
 * Chooses the backend on which everything computes from here on.
 *
 * @param name 'auto' takes the fastest that starts: in Node tensorflow (where @tensorflow/tfjs-node or @tensorflow/tfjs-node-gpu is
 * installed), wasm or cpu; in a page webgl, wasm or cpu
 * @throws ZooError if the backend is not installed or does not start, or if wasm runs on another number of threads already
 * @example
 * ```ts
 * const { name, reason } = await backends.use('wasm');
 * console.log(name, reason); // wasm asked for
 * ```
 */
export async function use(name: BackendName | 'auto' = 'auto', options: BackendOptions = {}): Promise<BackendInfo> {
  if (name !== 'auto') return { name, reason: 'asked for', ...(await start(name, options)) };
  const failures: string[] = [];
  for (const candidate of automatic) {
    try {
      const details = await start(candidate, options);
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
  if (/, got (neither|none)\./.test(message)) return `${name} is not installed`;
  return `${name}: ${message.replace('backends.use: ', '').replace(/\.$/, '')}`;
}

async function start(name: BackendName, options: BackendOptions): Promise<BackendDetails> {
  const { prepare, details, remedy = '' } = Object.hasOwn(candidates, name) ? candidates[name]! : ({} as Candidate);
  await prepare?.(options);
  const known = tf.engine().registryFactory;
  if (!Object.hasOwn(known, name)) {
    throw new ZooError(`backends.use: expected one of auto, ${Object.keys(known).join(', ')}, got '${name}'.`);
  }
  const before = tf.getBackend();
  try {
    if (!(await tf.setBackend(name))) throw new Error(`no support for it, or not its files.${remedy}`);
  } catch (error) {
    // tfjs has let go of the backend that worked.
    if (before) await tf.setBackend(before);
    throw new ZooError(`backends.use: expected ${name} to start, got: ${(error as Error).message}`, { cause: error });
  }
  return (await details?.()) ?? { version: tf.version_core };
}

async function importOptional(packageName: string): Promise<void> {
  try {
    await import(/* @vite-ignore */ packageName);
  } catch (error) {
    const isMissing = (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND';
    throw new ZooError(
      `backends.use: expected the package ${packageName}, got ${isMissing ? 'none' : `an error: ${(error as Error).message.split('\n')[0]}`}. ` +
        `Install it with npm install ${packageName}.`,
      { cause: error },
    );
  }
}
