import * as tf from '@tensorflow/tfjs-core';
import { type AnyModule, Conv2d, ConvTranspose2d, Linear } from '../../nn/index.js';

/**
 * Multiplications, each with an addition, of one call of a layer: of convolutions, transposed convolutions and linear layers, for the
 * whole batch. That is what torchvision publishes as a model's operations. Not counted are biases, normalisation, activations,
 * pooling, resampling, and what `forward` computes without a module. Zeros of the padding count like other pixels.
 */
export function multiplyAddsOf(layer: AnyModule, args: readonly unknown[], output: unknown): number {
  const [input] = args;
  if (!(input instanceof tf.Tensor && output instanceof tf.Tensor)) return 0;
  // [outChannels, inChannels / groups, KH, KW]: each output is a sum over all but the first.
  if (layer instanceof Conv2d) return output.size * tf.util.sizeFromShape(layer.weight.shape.slice(1));
  // [inChannels, outChannels / groups, KH, KW]: each input is added to as many outputs.
  if (layer instanceof ConvTranspose2d) return input.size * tf.util.sizeFromShape(layer.weight.shape.slice(1));
  return layer instanceof Linear ? output.size * layer.inFeatures : 0;
}
