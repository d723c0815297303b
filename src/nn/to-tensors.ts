import * as tf from '@tensorflow/tfjs-core';
import { type HostTensor, type StateDict, sizeOf } from '../core/index.js';
import { guessLayout, memoryDtypes } from './guess-layout.js';
import { type LayoutName, memoryShape, toMemory } from './layout.js';
import { expectOptions } from './options.js';
import { castTo } from './state.js';
import { expectStateDict, expectWhole } from './state-dict.js';
import { expectFit, expectNames, type TensorLayout, type ToTensorsOptions } from './to-tensors-options.js';

/**
 * The tensors of a PyTorch state dict as tfjs ops take them, for code that is not made of modules.
 *
 * What a tensor is, its shape says, if its name ends in 'weight':
 *
 * - [O, I, KH, KW] is a convolution: [KH, KW, I, O] for `tf.conv2d`. Grouped, it is split along its last axis.
 * - [C, 1, KH, KW] is a depthwise convolution: [KH, KW, C, 1] for `tf.depthwiseConv2d`, or, with `multipliers`, [KH, KW, C / M, M].
 * - [I, O, KH, KW] of a transposed convolution comes to lie as `tf.conv2dTranspose` takes it, [KH, KW, O, I], the same way.
 * - [out, in] is a linear layer: [in, out] for `tf.matMul`. With `flattenedFrom` its inputs are reordered for code that flattens
 *   [H, W, C] where PyTorch flattened [C, H, W].
 *
 * Every other tensor lies as in PyTorch, and so does a weight that has a bias of its own shape, which is a LayerNorm's. No shape tells a
 * convolution of one input channel, or a transposed one of one output channel, from a depthwise one; nor an embedding from a linear layer:
 * say with `layouts` which they are. A tfjs op refuses the filter of another kind.
 *
 * float16, bfloat16 and float64 become float32, the last rounded; integers int32; bool stays bool. The tensors are the caller's.
 * @throws ZooError if an option names what is not there
 * @throws ShapeError if an option does not fit a tensor's shape, or an int64 does not fit int32
 * @example
 * ```ts
 * const { stateDict } = await readCheckpoint('lenet.pth');
 * const weights = toTensors(stateDict, {
 *   layouts: { '0.weight': 'conv2d' }, // one input channel, not depthwise
 *   flattenedFrom: { '7.weight': [16, 5, 5] },
 * });
 * console.log(weights['0.weight']!.shape); // [5, 5, 1, 6]
 * console.log(weights['7.weight']!.shape); // [400, 10]
 * ```
 */
export function toTensors(stateDict: StateDict, options: ToTensorsOptions = {}): Record<string, tf.Tensor> {
  expectOptions('toTensors', options, ['flattenedFrom', 'layouts', 'multipliers']);
  expectStateDict('toTensors', stateDict);
  expectWhole('toTensors', stateDict);
  expectNames(stateDict, options);
  expectFit(stateDict, options);
  const entries = [...stateDict].map(([name, tensor]) => {
    return [name, toTensor(tensor, planOf(name, tensor, stateDict, options))] as const;
  });
  return Object.fromEntries(entries);
}

/** How to move a tensor: seen as of this shape, by this permutation, to be of that shape. */
interface Plan {
  readonly seenAs: readonly number[];
  readonly permutation: LayoutName;
  readonly shape: readonly number[];
}

function planOf(name: string, { shape }: HostTensor, stateDict: StateDict, options: ToTensorsOptions): Plan {
  const image = options.flattenedFrom?.[name];
  if (image) {
    // [out, C · H · W] lies as filters [out, C, H, W] do, and a vector as one of them.
    const outputs = shape.slice(0, -1);
    return { seenAs: [sizeOf(outputs), ...image], permutation: 'conv2d', shape: [sizeOf(image), ...outputs] };
  }
  const layout = layoutOf(name, stateDict, options);
  if (layout !== 'depthwise') return { seenAs: shape, permutation: layout, shape: memoryShape(layout, shape) };
  // [C · M, 1, KH, KW] → [KH, KW, 1, C · M], which is [KH, KW, C, M].
  const [outputs, , height, width] = shape as [number, number, number, number];
  const multiplier = options.multipliers?.[name] ?? 1;
  return { seenAs: shape, permutation: 'conv2d', shape: [height, width, outputs / multiplier, multiplier] };
}

function layoutOf(name: string, stateDict: StateDict, { layouts, multipliers }: ToTensorsOptions): TensorLayout {
  return layouts?.[name] ?? (multipliers?.[name] === undefined ? guessLayout(name, stateDict) : 'depthwise');
}

function toTensor(tensor: HostTensor, { seenAs, permutation, shape }: Plan): tf.Tensor {
  const dtype = memoryDtypes[tensor.dtype];
  return tf.tensor(toMemory(permutation, castTo(dtype, tensor), seenAs), [...shape], dtype);
}
