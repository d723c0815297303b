import * as tf from '@tensorflow/tfjs-core';
import { place, RESERVE_TENSOR, sizeOf, type Values } from '../core/index.js';

/** A tensor whose values come piece by piece, as they lie in memory. */
export interface Receiver {
  place(values: Values): void;
  /** The tensor, once all have come. */
  end(): tf.Tensor;
  /** Frees what has come. */
  discard(): void;
}

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** Makes room for a tensor: in the backend's own memory where it can be written, else in an array that the backend takes over. */
export function receiveTensor(shape: readonly number[], dtype: keyof typeof arrays): Receiver {
  if (tf.getKernel(RESERVE_TENSOR, tf.getBackend())) {
    let put: Receiver['place'] | undefined;
    const receive = (fn: Receiver['place']) => {
      put = fn;
    };
    const attrs = { shape, dtype, receive } as unknown as tf.NamedAttrMap;
    const tensor = tf.engine().runKernel(RESERVE_TENSOR, {}, attrs) as tf.Tensor;
    return { place: put!, end: () => tensor, discard: () => tensor.dispose() };
  }
  const values = new arrays[dtype](sizeOf(shape));
  return {
    place: (part) => place(part, values),
    end: () => tf.tensor(values, [...shape], dtype),
    discard() {},
  };
}
