import * as tf from '@tensorflow/tfjs-core';
import { type HostTensor, ShapeError, sizeOf } from '../core/index.js';
import { State, type StateSpec, TensorState } from './state.js';

/**
 * A trainable tensor of a module.
 *
 * `value` is the tf.Variable in memory layout (HWIO filters, [in, out] matrices); `shape` is PyTorch's. Built from a tensor,
 * it takes the tensor over and disposes it; pass a clone to keep yours.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
 */
export class Parameter extends TensorState {
  constructor(source: tf.Tensor | StateSpec, options: { requiresGrad?: boolean } = {}) {
    const { requiresGrad = true } = options;
    if (requiresGrad && source instanceof tf.Tensor && source.dtype !== 'float32') {
      throw new ShapeError(
        `Parameter: expected a float32 tensor to train, got ${source.dtype} of shape [${source.shape.join(', ')}]. ` +
          'Use nn.Buffer, or pass { requiresGrad: false }.',
      );
    }
    super(source, requiresGrad);
  }

  /** Whether gradients reach it: a frozen parameter is a tf.Variable that is not trainable. */
  get requiresGrad(): boolean {
    return this.trainable;
  }

  set requiresGrad(flag: boolean) {
    this.trainable = flag;
  }
}

/** A tensor that belongs to a module's state and is not trained, such as a running mean. */
export class Buffer extends TensorState {
  override readonly persistent: boolean;

  constructor(source: tf.Tensor | StateSpec, options: { persistent?: boolean } = {}) {
    super(source, false);
    this.persistent = options.persistent ?? true;
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
}
