import { place, RESERVE_TENSOR, type Values } from '../../core/index.js';
import type { WasmKernel } from './kernel.js';

/** A tensor that is filled where it lies: no copy of its values is ever whole in JavaScript. */
export const reserveTensor: WasmKernel = {
  kernelName: RESERVE_TENSOR,
  kernelFunc: ({ attrs, backend }) => {
    const out = backend.makeOutput(attrs.shape, attrs.dtype);
    // The view is taken each time anew, for the memory may have grown.
    attrs.receive((values: Values) => place(values, backend.typedArrayFromHeap(out)));
    return out;
  },
};
