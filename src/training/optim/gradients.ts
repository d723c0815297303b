import type * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from '../../nn/index.js';

/** The gradient of a loss with respect to each parameter that it reaches, in the parameter's memory layout. */
export type Gradients = ReadonlyMap<Parameter, tf.Tensor>;
