import * as tf from '@tensorflow/tfjs-core';
import { BatchNorm2d } from '../batch-norm.js';
import { Identity } from '../linear.js';
import type { AnyModule } from '../module.js';
import type { NormOptions } from '../norm-base.js';

/**
 * A BatchNorm2d and the activation behind it, which has no place of its own in the names of a checkpoint.
 *
 * Shape, state: as `BatchNorm2d`.
 * @see https://github.com/huggingface/pytorch-image-models/blob/main/timm/layers/norm_act.py
 */
export class BatchNormAct2d extends BatchNorm2d {
  /** Where timm has place for a dropout. */
  readonly drop = new Identity();
  readonly act: AnyModule;

  constructor(numFeatures: number, act: AnyModule = new Identity(), options: NormOptions = {}) {
    super(numFeatures, options);
    this.act = act;
  }

  override get typeName(): string {
    return 'BatchNormAct2d';
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.act.forward(this.drop.forward(super.forward(x))));
  }
}
