import * as tf from '@tensorflow/tfjs-core';
import { clampOf } from './activations.js';
import { batchNormOf } from './batch-norm.js';
import { convolutionOf } from './convolution.js';
import { filterGradOf } from './filter-grad.js';
import { imageGradOf } from './image-grad.js';
import { inferenceConvolution } from './inference-convolution.js';
import { registered } from './install.js';
import type { WasmKernel } from './kernel.js';
import { loadTransposed } from './load-transposed.js';
import { maxPoolOf } from './max-pool.js';
import { maxPoolGradOf } from './max-pool-grad.js';
import { reluGrad } from './relu-grad.js';
import { weightedSum } from './weighted-sum.js';

const convolutions = [tf.Conv2D, tf.FusedConv2D, tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D];
const clamps = [tf.Relu, tf.Relu6];

/** Kernels on our own loops. What those are not for they leave to the kernels that stand when this is first imported. */
export const kernelsOnSimd: readonly WasmKernel[] = [
  ...convolutions.map((name) => convolutionOf(registered(name)!)),
  imageGradOf(registered(tf.Conv2DBackpropInput)!),
  filterGradOf(registered(tf.Conv2DBackpropFilter)!),
  maxPoolOf(registered(tf.MaxPool)!),
  maxPoolGradOf(registered(tf.MaxPoolGrad)!),
  ...clamps.map((name) => clampOf(registered(name)!)),
  batchNormOf(registered(tf.FusedBatchNorm)!),
  inferenceConvolution,
  loadTransposed,
  reluGrad,
  weightedSum,
];
