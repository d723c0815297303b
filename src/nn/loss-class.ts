import type { Tensor } from '@tensorflow/tfjs-core';
import { crossEntropy, nllLoss } from './functional/index.js';
import { expectSmoothing, NOTHING_IGNORED } from './functional/loss-class.js';
import type { LossOptions, Reduced, Reduction } from './functional/loss-reduction.js';
import { Loss, weightBuffer } from './loss.js';
import type { Buffer } from './parameter.js';

export interface NLLLossOptions<R extends Reduction = Reduction> extends LossOptions<R> {
  /** How much each class counts; the mean is divided by the weights of the targets. */
  readonly weight?: Tensor | readonly number[] | null;
  /** The class index that does not count. */
  readonly ignoreIndex?: number;
}

export interface CrossEntropyLossOptions<R extends Reduction = Reduction> extends NLLLossOptions<R> {
  /** The share of the target that is spread evenly over all classes, 0 to 1. */
  readonly labelSmoothing?: number;
}

/**
 * −log of the probability that logits give to the target class, or to a distribution over the classes.
 *
 * Shape: input [..., C], such as [N, C], [C] or [N, H, W, C]; target [...] (int32 class indices) or [..., C] (probabilities) →
 * [], or [...] if reduction is 'none'. With class indices the mean is weighted, and that of none is NaN.
 *
 * State: `weight` [C], if given.
 *
 * Differs from PyTorch: a class index that does not exist gives NaN and no error, for a tensor on a GPU cannot be read in time.
 * @throws ShapeError if shapes or dtypes do not fit, or labelSmoothing is outside 0 … 1
 * @throws ZooError if probabilities are given with an ignoreIndex
 * @example
 * ```ts
 * const loss = new nn.CrossEntropyLoss({ labelSmoothing: 0.1 });
 * const logits = tf.zeros([2, 10]);
 * const value = loss.forward(logits, tf.tensor1d([3, 7], 'int32')); // [], log(10)
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 */
export class CrossEntropyLoss<R extends Reduction = 'mean'> extends Loss<R> {
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
  readonly weight: Buffer | null;

  constructor(options: CrossEntropyLossOptions<R> = {}) {
    super(options, ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing']);
    this.ignoreIndex = options.ignoreIndex ?? NOTHING_IGNORED;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    expectSmoothing('CrossEntropyLoss', this.labelSmoothing);
    this.weight = weightBuffer('CrossEntropyLoss', 'weight', options.weight);
  }

  get typeName(): string {
    return 'CrossEntropyLoss';
  }

  forward(input: Tensor, target: Tensor): Reduced<R> {
    const { ignoreIndex, reduction, labelSmoothing } = this;
    return crossEntropy(input, target, { weight: this.weight?.value ?? null, ignoreIndex, reduction, labelSmoothing });
  }
}

/**
 * −log of the probability of the target class, from log-probabilities such as LogSoftmax gives.
 *
 * Shape: input [..., C], target [...] (int32 class indices) → [], or [...] if reduction is 'none'.
 *
 * State: `weight` [C], if given.
 *
 * Differs from PyTorch: as CrossEntropyLoss.
 * @throws ShapeError if shapes or dtypes do not fit
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
 */
export class NLLLoss<R extends Reduction = 'mean'> extends Loss<R> {
  readonly ignoreIndex: number;
  readonly weight: Buffer | null;

  constructor(options: NLLLossOptions<R> = {}) {
    super(options, ['weight', 'ignoreIndex', 'reduction']);
    this.ignoreIndex = options.ignoreIndex ?? NOTHING_IGNORED;
    this.weight = weightBuffer('NLLLoss', 'weight', options.weight);
  }

  get typeName(): string {
    return 'NLLLoss';
  }

  forward(input: Tensor, target: Tensor): Reduced<R> {
    const { ignoreIndex, reduction } = this;
    return nllLoss(input, target, { weight: this.weight?.value ?? null, ignoreIndex, reduction });
  }
}
