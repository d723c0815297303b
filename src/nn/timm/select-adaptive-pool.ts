import * as tf from '@tensorflow/tfjs-core';
import { adaptiveAvgPool2d, flatten } from '../functional/index.js';
import { Module } from '../module.js';

/**
 * The mean over the whole image of each channel, as timm's models pool before their last layer.
 *
 * Shape: [N, H, W, C] → [N, C].
 */
export class SelectAdaptivePool2d extends Module {
  get typeName(): string {
    return 'SelectAdaptivePool2d';
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => flatten(adaptiveAvgPool2d(x, 1), { startDim: 1 }));
  }

  override extraRepr(): string {
    return 'pool_type=avg, flatten=Flatten(start_dim=1, end_dim=-1)';
  }
}
