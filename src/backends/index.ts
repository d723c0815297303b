// Registers gradients, the cpu and webgl backends, and wasm with its kernels put right.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import { startTensorflow } from './tensorflow/index.js';
import { installKernels, setWasmPaths } from './wasm/index.js';

export type BackendName = 'tensorflow' | 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** The backend in use, and why it is that one. */
export interface BackendInfo {
  readonly name: BackendName;
  readonly reason: string;
}

export interface BackendOptions {
  /**
   * Where a page finds the .wasm files of @tensorflow/tfjs-backend-wasm: the URL of their folder, with a slash at the end, or a
   * URL for each by name. Default: beside the page. Node finds them itself.
   */
  readonly wasmPaths?: string | Record<string, string> | undefined;
}

/** What 'auto' tries, fastest first, of the backends that need nothing to be installed. */
const automatic: readonly BackendName[] = typeof document === 'undefined' ? ['wasm', 'cpu'] : ['webgl', 'wasm', 'cpu'];

/** Packages that bring a backend which this one does not: optional, imported only when asked for. */
const optional: Partial<Record<BackendName, () => Promise<unknown>>> = {
  tensorflow: startTensorflow,
  webgpu: () => importOptional('@tensorflow/tfjs-backend-webgpu'),
};

/** Why a backend that a machine supports may not start. */
const remedies: Partial<Record<BackendName, string>> = {
  wasm: ' In a page, serve the .wasm files of @tensorflow/tfjs-backend-wasm and pass their URL as wasmPaths.',
};

/**
 * Chooses the backend on which everything computes from here on.
 *
 * @param name 'auto' takes the first that starts of webgl (in a page), wasm and cpu
 * @throws ZooError if the backend is not installed or does not start
 */
export async function use(name: BackendName | 'auto' = 'auto', options: BackendOptions = {}): Promise<BackendInfo> {
  if (name !== 'auto') {
    await start(name, options);
    return { name, reason: 'asked for' };
  }
  const failures: string[] = [];
  for (const candidate of automatic) {
    try {
      await start(candidate, options);
      const reason =
        failures.length > 0 ? `the first that starts (${failures.join('; ')})` : 'the fastest that is there';
      return { name: candidate, reason };
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new ZooError(`backends.use: expected one of ${automatic.join(', ')} to start, got: ${failures.join('; ')}`);
}

async function start(name: BackendName, { wasmPaths }: BackendOptions): Promise<void> {
  if (Object.hasOwn(optional, name)) await optional[name]!();
  if (name === 'wasm') installKernels();
  const known = tf.engine().registryFactory;
  if (!Object.hasOwn(known, name)) {
    throw new ZooError(`backends.use: expected one of auto, ${Object.keys(known).join(', ')}, got '${name}'.`);
  }
  const before = tf.getBackend();
  try {
    if (name === 'wasm' && wasmPaths) setWasmPaths(wasmPaths);
    if (await tf.setBackend(name)) return;
    throw new Error(`no support for it, or not its files.${remedies[name] ?? ''}`);
  } catch (error) {
    // tfjs has let go of the backend that worked.
    if (before) await tf.setBackend(before);
    throw new ZooError(`backends.use: expected ${name} to start, got: ${(error as Error).message}`, { cause: error });
  }
}

async function importOptional(packageName: string): Promise<void> {
  try {
    await import(/* @vite-ignore */ packageName);
  } catch (error) {
    throw new ZooError(
      `backends.use: expected the package ${packageName}, got: ${(error as Error).message.split('\n')[0]}. Install it with npm install ${packageName}.`,
      { cause: error },
    );
  }
}
