import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** The functions of assembly/. Addresses are in bytes, all else counts float32. */
export interface SimdKernels {
  multiplyVector(x: number, weight: number, out: number, rows: number, columns: number, from: number, to: number): void;
  transpose(source: number, target: number, rows: number, columns: number, stride: number): void;
  transformFilter(
    filter: number,
    transformed: number,
    tile: number,
    size: number,
    channels: number,
    outputs: number,
  ): void;
  transformInput(
    images: number,
    transformed: number,
    tile: number,
    size: number,
    height: number,
    width: number,
    channels: number,
    top: number,
    left: number,
    tilesDown: number,
    tilesAcross: number,
    first: number,
    last: number,
  ): void;
  transformOutput(
    products: number,
    bias: number,
    out: number,
    tile: number,
    size: number,
    height: number,
    width: number,
    outputs: number,
    tilesDown: number,
    tilesAcross: number,
    first: number,
    last: number,
    low: number,
    high: number,
  ): void;
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
