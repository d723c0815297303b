import * as tf from '@tensorflow/tfjs-core';
import { convolutionOf, filterGradientOf } from '../empty.js';
import { kernelsOf } from '../kernel.js';
import { matMulOf, matMulWithBiasOf } from './mat-mul.js';
import { preferOneDnn } from './onednn.js';
import { reductionOf } from './reduce.js';
import { reluGrad } from './relu-grad.js';
import { castOf, reshapeOf } from './sharing.js';

/**
 * Replaces the kernels of tfjs-node that compute something other than the backends beside it, or slowly, and adds ours. Once: they
 * call the stock ones.
 */
export function repairKernels(): void {
  preferOneDnn();
  const { register, registered, replace } = kernelsOf('tensorflow');
  const sum = registered(tf.Sum);
  const kernels = [
    ...[tf.Conv2D, tf.FusedConv2D].map((name) => convolutionOf(registered(name))),
    ...[tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D].map((name) =>
      convolutionOf(registered(name), { isDepthwise: true }),
    ),
    ...[tf.Conv2DBackpropFilter, tf.DepthwiseConv2dNativeBackpropFilter].map((name) =>
      filterGradientOf(registered(name)),
    ),
    matMulOf(registered(tf.BatchMatMul)),
    matMulWithBiasOf(registered(tf._FusedMatMul)),
    reductionOf(sum, sum, () => 1),
    reductionOf(registered(tf.Mean), sum, (count) => 1 / count),
    reshapeOf(registered(tf.Reshape)),
    castOf(registered(tf.Cast)),
  ];
  for (const kernel of kernels) replace(kernel);
  register(reluGrad);
}
