import type * as tf from '@tensorflow/tfjs-core';
import type { PixelImage } from '../transforms/index.js';

/** One example to learn from. A tensor in it is the caller's. */
export interface Sample {
  /** 8-bit pixels, which become 0 to 1 in a batch as by `ToTensor`, or a tensor such as transforms make. */
  readonly input: PixelImage | tf.Tensor;
  /** The number of the class. */
  readonly label: number;
}

/** Examples by number: what a `DataLoader` makes batches of. An array of samples is one. */
export interface Dataset {
  readonly length: number;
  /** The names of the classes, by number. */
  readonly classes?: readonly string[] | undefined;
  /**
   * @param index 0 to `length` − 1
   * @param seed what random transforms of this sample follow, if given: the same seed, the same sample
   */
  get(index: number, seed?: number): Sample | Promise<Sample>;
}

/** Several examples at once. Its tensors are the caller's to free. */
export interface Batch {
  /** Of N samples; images are [N, H, W, C]. */
  readonly inputs: tf.Tensor;
  /** int32 [N] */
  readonly labels: tf.Tensor;
}

/** Where a training gets its batches from: a `DataLoader`, or whatever gives the same batches for the same epoch. */
export interface BatchSource {
  /** How many batches an epoch has, if that is known. */
  readonly length?: number | undefined;
  /** What the order follows from, where it is a random one. A training that goes on sets it to what it was. */
  seed?: number | undefined;
  /**
   * The batches of an epoch, in an order that the number of the epoch decides.
   * @param epoch from 0
   * @param options.from how many batches to leave out at the beginning, for a training that goes on
   */
  epoch(epoch: number, options?: { readonly from?: number | undefined }): AsyncIterable<Batch>;
}
