import * as tf from '@tensorflow/tfjs-core';
import { type HostTensor, ShapeError, sizeOf } from '../core/index.js';
import { shapeText } from './functional/checks.js';
import type { LayoutName } from './layout.js';
import { State, type StateSpec, TensorState, UNKNOWN } from './state.js';

/**
 * A trainable tensor of a module.
 *
 * `value` is the tf.Variable in memory layout (HWIO filters, [in, out] matrices); `shape` is PyTorch's. Built from a tensor,
 * it takes the tensor over and disposes it; pass a clone to keep yours.
 *
 * A tensor that shall be the weight of a convolution or linear layer is given as it lies in memory, with
 * `{ layout: 'conv2d' }` or `{ layout: 'linear' }`; without, it is saved and loaded as it lies.
 * @example
 * ```ts
 * const weight = new nn.Parameter(tf.zeros([4, 2]), { layout: 'linear' }); // [in, out]
 * console.log(weight.shape); // [2, 4]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
 */
export class Parameter extends TensorState {
  constructor(source: tf.Tensor | StateSpec, options: { requiresGrad?: boolean; layout?: LayoutName } = {}) {
    const { requiresGrad = true, layout } = options;
    if (requiresGrad && source instanceof tf.Tensor && source.dtype !== 'float32') {
      throw new ShapeError(
        `Parameter: expected a float32 tensor to train, got ${source.dtype} of shape [${source.shape.join(', ')}]. ` +
          'Use nn.Buffer, or pass { requiresGrad: false }.',
      );
    }
    super(source, requiresGrad, layout);
  }

  /** Whether gradients reach it: a frozen parameter is a tf.Variable that is not trainable. */
  get requiresGrad(): boolean {
    return this.trainable;
  }

  set requiresGrad(flag: boolean) {
    this.trainable = flag;
  }

  override toString(): string {
    return `Parameter(shape=${knownText(this.expectedShape)}, requiresGrad=${this.requiresGrad})`;
  }
}

/** A tensor that belongs to a module's state and is not trained, such as a running mean. */
export class Buffer extends TensorState {
  override readonly persistent: boolean;

  constructor(source: tf.Tensor | StateSpec, options: { persistent?: boolean } = {}) {
    super(source, false);
    this.persistent = options.persistent ?? true;
  }

  override toString(): string {
    return `Buffer(shape=${knownText(this.expectedShape)}, dtype=${this.dtype})`;
  }
}

/**
 * An int64 scalar buffer, such as `num_batches_tracked`. It stays in plain memory: exact on every backend, and known
 * without reading anything back. Checkpoints older than PyTorch 0.4.1 lack it.
 */
export class Counter extends State {
  override readonly optional = true;
  value = 0n;

  get shape(): number[] {
    return [];
  }

  get expectedShape(): readonly number[] {
    return [];
  }

  accepts(shape: readonly number[]): boolean {
    return sizeOf(shape) === 1;
  }

  load(tensor: HostTensor): void {
    const [count] = tensor.data;
    // A file may hold the count as a float.
    if (typeof count === 'bigint') this.value = count;
    else this.value = Number.isFinite(count) ? BigInt(Math.trunc(count!)) : 0n;
  }

  snapshot(): () => Promise<HostTensor> {
    const data = BigInt64Array.of(this.value);
    return async () => ({ dtype: 'int64', shape: [], data });
  }

  dispose(): void {}

  override toString(): string {
    return `Counter(${this.value})`;
  }
}

/** A shape with question marks for the sizes of a lazy layer. */
function knownText(shape: readonly number[]): string {
  return shapeText(shape).replaceAll(String(UNKNOWN), '?');
}
