import type { DType } from '../core/index.js';
import { depthwisePermutation, permutationOf } from './layout.js';
import type { AnyModule } from './module.js';
import { TensorState } from './state.js';
import type { TensorLayout } from './to-tensors-options.js';

/** What is known of a checkpoint's tensors before they are read: `dtype` may be one that cannot be. */
export type TensorShapes = ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>;

/** What a checkpoint's tensors are in tfjs. */
export const memoryDtypes: Readonly<Record<DType, 'float32' | 'int32' | 'bool'>> = {
  float32: 'float32',
  float16: 'float32',
  bfloat16: 'float32',
  float64: 'float32',
  int64: 'int32',
  int32: 'int32',
  int16: 'int32',
  int8: 'int32',
  uint8: 'int32',
  bool: 'bool',
};

/** What a tensor is by its name, its shape and its bias, where nobody says it. */
export function guessLayout(name: string, tensors: TensorShapes): TensorLayout {
  const { shape, dtype } = tensors.get(name)!;
  if (!name.endsWith('weight') || memoryDtypes[dtype as DType] !== 'float32') return 'plain';
  const bias = tensors.get(name.replace(/weight$/, 'bias'));
  if (bias && String(bias.shape) === String(shape)) return 'plain';
  if (shape.length === 4) return shape[1] === 1 && shape[0]! > 1 ? 'depthwise' : 'conv2d';
  return shape.length === 2 ? 'linear' : 'plain';
}

/** The checkpoint axis of each axis in memory, of the layout that `guessLayout` sees in a tensor; null where both are alike. */
export function guessPermutation(name: string, tensors: TensorShapes): readonly number[] | null {
  const layout = guessLayout(name, tensors);
  return layout === 'depthwise' ? depthwisePermutation : permutationOf(layout);
}

/** The same of every tensor of a model's state dict, by name: as its modules have them in memory. */
export function permutationsOf(model: AnyModule): Map<string, readonly number[] | null> {
  const permutation = (state: unknown) => (state instanceof TensorState ? permutationOf(state.layout) : null);
  return new Map([...model.namedStates()].map(([name, state]) => [name, permutation(state)]));
}
