import type * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../core/index.js';
import type { PixelImage } from './image.js';
import { tidyOutput } from './tidy.js';

/**
 * One step of preprocessing. PyTorch calls a transform as a function, `t(x)`; here it is `t.apply(x)`.
 *
 * A transform never disposes its input, and its output is the caller's. `String(t)` is torchvision's repr.
 */
export interface Transform<In = never, Out = unknown> {
  apply(input: In): Out;
  toString(): string;
}

/** What most transforms take and give: 8-bit pixels before `ToTensor`, a tensor after it. */
export type ImageOrTensor = PixelImage | tf.Tensor;

// The `any`s only take part in inference: a chain's links have types of their own, which no common type covers.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyTransform = Transform<any, any>;
type InputOf<T> = T extends readonly [Transform<infer In, unknown>, ...unknown[]] ? In : ImageOrTensor;
type OutputOf<T> = T extends readonly [...unknown[], Transform<never, infer Out>] ? Out : ImageOrTensor;

/**
 * Applies transforms one after the other.
 *
 * Tensors made on the way are freed; only the last transform's output remains, a tensor or an array of them.
 *
 * Differs from PyTorch: `apply(x)` where torchvision has `compose(x)`.
 *
 * @throws ZooError where an entry is no transform.
 * @example
 * const preprocess = new Compose([new Resize(256), new CenterCrop(224), new ToTensor()]);
 * const x = preprocess.apply(await loadImage('cat.jpg')); // [224, 224, 3], 0 to 1
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Compose.html
 */
export class Compose<const T extends readonly AnyTransform[]> implements Transform<InputOf<T>, OutputOf<T>> {
  readonly transforms: T;

  constructor(transforms: T) {
    checkTransforms('Compose', transforms);
    this.transforms = transforms;
  }

  apply(input: InputOf<T>): OutputOf<T> {
    return tidyOutput(() =>
      this.transforms.reduce((output: unknown, transform) => transform.apply(output), input),
    ) as OutputOf<T>;
  }

  toString(): string {
    return `Compose(\n${this.transforms.map((transform) => `    ${transform}\n`).join('')})`;
  }
}

/** @throws ZooError unless `transforms` is an array of them. */
export function checkTransforms(who: string, transforms: readonly AnyTransform[]): void {
  if (!Array.isArray(transforms)) {
    throw new ZooError(`${who}: expected an array of transforms, got ${typeof transforms}. Put them in [ ].`);
  }
  transforms.forEach((transform: AnyTransform | undefined, index) => {
    if (typeof transform?.apply === 'function' && typeof transform !== 'function') return;
    throw new ZooError(
      `${who}: expected transforms with a method apply(x), got ${typeof transform} at index ${index}. Wrap a function in new Lambda(fn).`,
    );
  });
}
