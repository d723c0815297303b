import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** The functions of assembly/kernels.ts. Addresses are in bytes, all else counts float32. */
export interface SimdKernels {
  multiplyVector(x: number, weight: number, out: number, rows: number, columns: number, from: number, to: number): void;
  transpose(source: number, target: number, rows: number, columns: number, stride: number): void;
}

const kernels = new WeakMap<BackendWasm, SimdKernels>();

/** Our own loops in the memory of tfjs' program; undefined where they were not started, as in a page. */
export function simdOf(backend: BackendWasm): SimdKernels | undefined {
  return kernels.get(backend);
}

export function setSimd(backend: BackendWasm, exports: SimdKernels): void {
  kernels.set(backend, exports);
}

/** Where a tensor begins in memory. */
export function addressOf(backend: BackendWasm, { dataId }: TensorInfo): number {
  return backend.getMemoryOffset(dataId) >>> 0;
}
