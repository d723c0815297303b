import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { expectModel, expectOptions, inEvaluation, type Module } from '../../nn/index.js';
import { expectIntegers } from './checks.js';
import type { HeatMap } from './heat-map.js';
import { batchOfOne, type ClassOptions, classOf } from './score.js';

/** Options of `occlusion`. */
export interface OcclusionOptions extends ClassOptions {
  /** Sides of the square that hides, in pixels. Default a seventh of the shorter side of the image. */
  readonly patch?: number | undefined;
  /** Pixels from one square to the next. Default half of `patch`. */
  readonly stride?: number | undefined;
  /** What hides. Default 0: in an image that was normalised, the mean colour. */
  readonly fill?: number | undefined;
  /** Images in one forward pass. Default 16. */
  readonly batchSize?: number | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const who = 'visualize.occlusion';

/**
 * How much of a class's probability goes when a part of the image is hidden. A square hides one place after the other; each pixel has the
 * mean of what was lost by the squares over it. Negative where hiding helps.
 *
 * The model computes in evaluation mode and is left as it was; the image stays the caller's. It runs once for each square.
 *
 * Shape: an image [H, W, C] or [1, H, W, C], prepared for the model → H × W. Units: probability, -1 to 1.
 * @throws ShapeError for an image that is none, and a model that gives no logits
 * @throws ZooError for a class that there is not, and squares that do not fit
 * @example
 * ```ts
 * const model = await createModel('lenet');
 * const heat = await visualize.occlusion(model, tf.randomUniform([28, 28, 1]), { patch: 14, stride: 7 });
 * console.log(heat.width, heat.height); // 28 28
 * ```
 * @see https://arxiv.org/abs/1311.2901
 */
export async function occlusion(model: Module, image: tf.Tensor, options: OcclusionOptions = {}): Promise<HeatMap> {
  expectModel(who, model);
  const known = ['patch', 'stride', 'fill', 'classIndex', 'batchSize', 'onProgress', 'signal'];
  expectOptions(who, options, known);
  const x = batchOfOne(who, image);
  try {
    const [, height, width] = x.shape;
    const shorter = Math.min(height, width);
    const { patch = Math.max(1, Math.round(shorter / 7)), fill = 0, batchSize = 16, onProgress, signal } = options;
    const { stride = Math.max(1, Math.floor(patch / 2)) } = options;
    expectSizes(patch, stride, batchSize, shorter);
    const classIndex = await classOf(who, model, x, options);
    const [whole = Number.NaN] = Array.from(await probabilities(model, x, classIndex));
    const squares = placesOf(height, patch, stride).flatMap((top) =>
      placesOf(width, patch, stride).map((left): Square => ({ top, left })),
    );
    const lost = new Float64Array(height * width);
    const counts = new Float64Array(height * width);
    for (let done = 0; done < squares.length; done += batchSize) {
      signal?.throwIfAborted();
      onProgress?.({ done, total: squares.length });
      const some = squares.slice(done, done + batchSize);
      const batch = hide(x, some, patch, fill);
      const found = await probabilities(model, batch, classIndex).finally(() => batch.dispose());
      for (const [i, square] of some.entries()) {
        for (const pixel of pixelsOf(square, patch, width)) {
          lost[pixel]! += whole - found[i]!;
          counts[pixel]!++;
        }
      }
    }
    onProgress?.({ done: squares.length, total: squares.length });
    const data = Float32Array.from(lost, (sum, pixel) => sum / Math.max(counts[pixel]!, 1));
    return { width, height, data, classIndex };
  } finally {
    x.dispose();
  }
}

interface Square {
  readonly top: number;
  readonly left: number;
}

/** Where squares begin along a side; the last ends with it, so that no pixel is never hidden. */
function placesOf(side: number, patch: number, stride: number): number[] {
  const last = side - patch;
  const places = Array.from({ length: Math.ceil(last / stride) }, (_, i) => i * stride);
  return [...places, last];
}

function* pixelsOf({ top, left }: Square, patch: number, width: number): Generator<number> {
  for (let y = top; y < top + patch; y++) for (let x = left; x < left + patch; x++) yield y * width + x;
}

/** The image with each of some squares over it: [squares, H, W, C]. */
function hide(x: tf.Tensor4D, squares: readonly Square[], patch: number, fill: number): tf.Tensor {
  const [, height, width] = x.shape;
  const size = height * width;
  const isSeen = new Float32Array(squares.length * size).fill(1);
  for (const [i, square] of squares.entries()) {
    for (const pixel of pixelsOf(square, patch, width)) isSeen[i * size + pixel] = 0;
  }
  return tf.tidy(() => {
    const mask = tf.tensor4d(isSeen, [squares.length, height, width, 1]);
    return tf.add(tf.mul(x, mask), tf.mul(tf.sub(1, mask), fill));
  });
}

async function probabilities(model: Module, batch: tf.Tensor, classIndex: number): Promise<ArrayLike<number>> {
  const column = inEvaluation(model, () =>
    tf.tidy(() => tf.slice(tf.softmax(model.forward(batch)), [0, classIndex], [-1, 1])),
  );
  try {
    return await column.data();
  } finally {
    column.dispose();
  }
}

function expectSizes(patch: number, stride: number, batchSize: number, shorter: number): void {
  expectIntegers(who, { patch, stride, batchSize });
  if (patch > shorter) {
    throw new ZooError(
      `${who}: expected patch of at most ${shorter}, the image's shorter side, got ${patch}. Take less.`,
    );
  }
  if (stride > patch) {
    throw new ZooError(
      `${who}: expected stride of at most ${patch}, the size of a patch, got ${stride}. With more, some pixels would never be hidden.`,
    );
  }
}
