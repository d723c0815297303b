import * as tf from '@tensorflow/tfjs-core';
import { LOAD_TRANSPOSED } from '../core/index.js';
import { type LayoutName, memoryShape, type NumericArray, toMemory } from './layout.js';

/** A tensor that lies as in memory, of values that lie as in a checkpoint. */
export function fromCheckpoint(
  layout: LayoutName,
  values: NumericArray,
  shape: readonly number[],
  dtype: 'float32' | 'int32' | 'bool',
): tf.Tensor {
  const isMatrix = layout === 'linear' && dtype === 'float32' && values.length > 0;
  if (isMatrix && tf.getKernel(LOAD_TRANSPOSED, tf.getBackend())) {
    return tf.engine().runKernel(LOAD_TRANSPOSED, {}, { values, shape } as unknown as tf.NamedAttrMap) as tf.Tensor;
  }
  return tf.tensor(toMemory(layout, values, shape), memoryShape(layout, shape), dtype);
}
