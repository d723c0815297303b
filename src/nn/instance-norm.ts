import type * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '../core/index.js';
import { shapeText } from './functional/checks.js';
import { type AffineOptions, instanceNorm } from './functional/index.js';
import { NormBase, type NormOptions } from './norm-base.js';
import { UNKNOWN } from './state.js';

/**
 * Normalises each channel of each image by itself: Ulyanov et al. 2016. `affine` and `trackRunningStats` are false unless set.
 *
 * Shape: [N, H, W, C] or [H, W, C]; the same comes out.
 *
 * State: `weight`, `bias` [C] if affine; `running_mean`, `running_var` [C] and `num_batches_tracked` [] (int64) if tracking, of which
 * the last stays 0, as in PyTorch.
 *
 * Differs from PyTorch: an input of other than `numFeatures` channels is refused in a layer without weights too, and an empty batch
 * leaves the running statistics as they are.
 * @throws ShapeError if an input does not fit, or an image has one value a channel and its own statistics are used
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html
 */
export class InstanceNorm2d extends NormBase {
  get typeName(): string {
    return 'InstanceNorm2d';
  }

  protected override get affineAndTracking(): boolean {
    return false;
  }

  protected get input() {
    return {
      layouts: { 3: 'HWC', 4: 'NHWC' },
      words: 'an image batch [N, H, W, C] or one image [H, W, C]',
    } as const;
  }

  protected normalize(x: tf.Tensor, affine: AffineOptions): tf.Tensor {
    this.#expectSeveralPositions(x);
    return instanceNorm(x, {
      ...affine,
      runningMean: this.running_mean?.value ?? null,
      runningVar: this.running_var?.value ?? null,
      momentum: this.momentum ?? 0,
    });
  }

  #expectSeveralPositions(x: tf.Tensor): void {
    if (positionsOf(x) !== 1) return;
    const { when, remedy } = this.ownStatistics;
    throw new ShapeError(
      `${this.typeName}: expected more than 1 spatial element ${when}, got shape ${shapeText(x.shape)}. ` +
        `Use a larger image, or ${remedy}.`,
    );
  }
}

/** Height times width. */
function positionsOf(x: tf.Tensor): number {
  const [height, width] = x.shape.slice(-3);
  return height! * width!;
}

/**
 * An InstanceNorm2d that learns its number of channels from its first input, or from a checkpoint. `affine` and
 * `trackRunningStats` are true unless set, as in PyTorch.
 *
 * Differs from PyTorch: one image without a batch axis tells its channels, where PyTorch takes its height for them.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LazyInstanceNorm2d.html
 */
export class LazyInstanceNorm2d extends InstanceNorm2d {
  constructor(options: NormOptions = {}) {
    super(UNKNOWN, options);
  }

  protected override get affineAndTracking(): boolean {
    return true;
  }

  protected override get learnsNumFeatures(): boolean {
    return true;
  }

  override get typeName(): string {
    return this.numFeatures === 0 ? 'LazyInstanceNorm2d' : super.typeName;
  }
}
