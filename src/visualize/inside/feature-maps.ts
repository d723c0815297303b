import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../../core/index.js';
import { expectOptions, kindOf, shapeText } from '../../nn/index.js';
import type { RGBImage } from '../../transforms/index.js';
import { expectAlive } from './checks.js';
import { chosenChannels, drawTiles, type TileOptions, tileOptions } from './tiles.js';

/** Options of `featureMaps`. */
export interface FeatureMapOptions extends TileOptions {
  /** Which image of a batch of several. */
  readonly index?: number | undefined;
}

const who = 'visualize.featureMaps';

/**
 * What the channels of a layer answer to an image, as a picture: a map to a channel, side by side. The activation stays the caller's.
 *
 * Shape: [H, W, C], [1, H, W, C], or [N, H, W, C] with `index`.
 * @throws ShapeError for another shape
 * @throws ZooError for a disposed activation, and for options that do not fit
 * @example
 * ```ts
 * const model = (await createModel('lenet')).eval();
 * const { pool1 } = createFeatureExtractor(model, ['pool1']).forward(tf.zeros([1, 28, 28, 1]));
 * const image = await visualize.featureMaps(pool1, { channels: 6, columns: 3 });
 * console.log(image.width, image.height); // 116 78
 * pool1.dispose();
 * ```
 */
export async function featureMaps(activation: tf.Tensor, options: FeatureMapOptions = {}): Promise<RGBImage> {
  expectOptions(who, options, [...tileOptions, 'index']);
  const index = expectActivation(activation, options.index);
  const [height, width, count] = activation.shape.slice(-3) as [number, number, number];
  const shown = chosenChannels(who, count, options.channels);
  // Only what is shown is read back.
  const maps = tf.tidy(() => {
    const one = activation.rank === 4 ? tf.squeeze(tf.slice(activation, index, 1), [0]) : activation;
    return tf.transpose(tf.gather(one, tf.tensor1d(shown, 'int32'), 2), [2, 0, 1]);
  });
  let data: Float32Array;
  try {
    data = (await maps.data()) as Float32Array;
  } finally {
    maps.dispose();
  }
  const size = height * width;
  const values = shown.map((_, place) => data.subarray(place * size, (place + 1) * size));
  const tiles = { width, height, channels: 1, values, isSigned: false } as const;
  return drawTiles(who, tiles, { ...options, colormap: options.colormap ?? 'viridis' });
}

/** @returns the place in the batch */
function expectActivation(activation: tf.Tensor, index: number | undefined): number {
  if (!(activation instanceof tf.Tensor)) {
    throw new ZooError(
      `${who}: expected an activation, got ${kindOf(activation)}. Pass a tensor that createFeatureExtractor gives.`,
    );
  }
  expectAlive(who, 'an activation', activation);
  const { rank, shape } = activation;
  if (rank !== 3 && rank !== 4) {
    throw new ShapeError(
      `${who}: expected an activation [H, W, C] or [1, H, W, C], got shape ${shapeText(shape)}. ` +
        'Choose a layer whose output has height and width, before the model flattens.',
    );
  }
  const images = rank === 4 ? shape[0]! : 1;
  if (index === undefined && images === 1) return 0;
  if (index !== undefined && Number.isInteger(index) && index >= 0 && index < images) return index;
  const got = index === undefined ? `shape ${shapeText(shape)} and no index` : `${index}`;
  throw new ZooError(
    `${who}: expected index from 0 to ${images - 1}, for a batch of ${images}, got ${got}. Say which image to show: { index: 0 }.`,
  );
}
