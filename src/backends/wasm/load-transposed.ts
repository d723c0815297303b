import { LOAD_TRANSPOSED } from '../../core/index.js';
import type { WasmKernel } from './kernel.js';
import { addressOf, simdOf } from './simd.js';

/** Values that are brought into wasm's memory at once: 4 MiB, which stay in the cache while they are transposed. */
const BAND = 2 ** 20;

/** A weight as PyTorch stores it, turned on its way into memory: there is no second copy of it at any time. */
export const loadTransposed: WasmKernel = {
  kernelName: LOAD_TRANSPOSED,
  kernelFunc: ({ attrs, backend }) => {
    const [rows, columns] = attrs.shape as [number, number];
    const values: Float32Array = attrs.values;
    const out = backend.makeOutput([columns, rows], 'float32');
    const rowsAtOnce = Math.min(rows, Math.max(1, Math.floor(BAND / columns)));
    const band = backend.makeOutput([rowsAtOnce, columns], 'float32');
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - row);
      backend.typedArrayFromHeap(band).set(values.subarray(row * columns, (row + count) * columns));
      const target = addressOf(backend, out) + 4 * row;
      simdOf(backend)!.run('transpose', [addressOf(backend, band), target, columns, rows], count, count * columns);
    }
    backend.disposeData(band.dataId);
    return out;
  },
};
