import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** The functions of assembly/, each of which can do a part of its work: its last two arguments say from where and to where. */
export const kernelNames = [
  'multiplyVector',
  'transpose',
  'transformFilter',
  'transformInput',
  'transformOutput',
] as const;

export type SimdKernel = (typeof kernelNames)[number];

/**
 * Runs one of our own loops in the memory of tfjs' program, on several threads where that is worth it.
 * @param args all but the last two
 * @param count how many pieces the work has
 * @param numbers how many numbers are read and written
 */
export type RunSimd = (kernel: SimdKernel, args: readonly number[], count: number, numbers: number) => void;

const runners = new WeakMap<BackendWasm, RunSimd>();

/** Our own loops; undefined where they were not started, as in a page. */
export function simdOf(backend: BackendWasm): RunSimd | undefined {
  return runners.get(backend);
}

export function setSimd(backend: BackendWasm, run: RunSimd): void {
  runners.set(backend, run);
}

/** Where a tensor begins in memory, in bytes. */
export function addressOf(backend: BackendWasm, { dataId }: TensorInfo): number {
  return backend.getMemoryOffset(dataId) >>> 0;
}
