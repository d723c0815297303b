import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/**
 * The functions of assembly/. Each can do a part of its work: behind its other arguments come the first piece to do, the one to end
 * before, and the number of the part.
 */
export const kernelNames = [
  'addWindows',
  'clamp',
  'convolveDepthwise',
  'gatherFilter',
  'maxPool',
  'maxPoolGrad',
  'multiply',
  'multiplyByRows',
  'multiplyVector',
  'packPanels',
  'padRows',
  'reluGrad',
  'scaleAndShift',
  'spreadOutput',
  'sumRows',
  'transpose',
  'transformFilter',
  'transformInput',
  'transformOutput',
  'turnFilter',
  'weightedSum',
] as const;

export type SimdKernel = (typeof kernelNames)[number];

/** The most parts into which work is divided, on any number of threads. */
export const MAX_PIECES = 16;

/** Our own loops in the memory of tfjs' program. */
export interface Simd {
  readonly threads: number;
  /**
   * Runs a loop, on several threads where that is worth it.
   * @param args all but the last three
   * @param count how many pieces the work has
   * @param numbers how many numbers are read and written, or could be in the time that it takes
   */
  run(kernel: SimdKernel, args: readonly number[], count: number, numbers: number): void;
}

const started = new WeakMap<BackendWasm, Simd>();

/** Undefined where they were not started, as without vector instructions. */
export function simdOf(backend: BackendWasm): Simd | undefined {
  return started.get(backend);
}

export function setSimd(backend: BackendWasm, simd: Simd): void {
  started.set(backend, simd);
}

/** Where a tensor begins in memory, in bytes. */
export function addressOf(backend: BackendWasm, { dataId }: TensorInfo): number {
  return backend.getMemoryOffset(dataId) >>> 0;
}

/** The values of tensors where they lie. All are there before the first is looked at: one from another backend may have the memory grow. */
export function valuesOf(backend: BackendWasm, tensors: readonly (TensorInfo | undefined)[]) {
  for (const tensor of tensors) if (tensor) addressOf(backend, tensor);
  return tensors.map((tensor) => tensor && backend.typedArrayFromHeap(tensor));
}

/** Where the memory ends, in bytes. */
export function memoryEnd(backend: BackendWasm): number {
  return (backend.wasm as unknown as { readonly HEAPU8: Uint8Array }).HEAPU8.byteLength;
}
