import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../../core/index.js';
import { type AnyModule, Conv2d, expectOptions, kindOf, shapeText } from '../../nn/index.js';
import type { RGBImage } from '../../transforms/index.js';
import { expectAlive, expectIntegers } from './checks.js';
import { chosenChannels, drawTiles, type TileOptions, type Tiles, tileOptions } from './tiles.js';

/** Options of `filters`. */
export interface FilterOptions extends TileOptions {
  /** Which input channel's part of each filter to show; if not given, the one with the largest weights. Not for filters of colours. */
  readonly inputChannel?: number | undefined;
}

const who = 'visualize.filters';

/**
 * The filters of a convolution as a picture: small pictures side by side. Save it with `savePNG`, show it with `toCanvas`.
 *
 * Filters of three input channels are shown in the colours that they look for; of others one input channel's part, blue below zero and
 * red above. Filters of 1 × 1 are one picture: a row to a filter, a column to an input channel. 0 is the middle of the shades.
 *
 * Shape: a Conv2d, or weights as they lie in memory: [height, width, inChannels / groups, outChannels].
 * @throws ShapeError unless the weights have four axes
 * @throws UninitializedError for a lazy convolution that has seen no input
 * @throws ZooError for what is no convolution, for disposed weights, and for options that do not fit
 * @example
 * ```ts
 * const model = await createModel('alexnet');
 * // As lectures show them: the first 32 filters, weight · 0.5 + 0.5.
 * const image = await visualize.filters(model.features[0], { channels: 32, normalize: [0.5, 0.5] });
 * console.log(image.width, image.height); // 282 142
 * ```
 */
export async function filters(conv: AnyModule | tf.Tensor | undefined, options: FilterOptions = {}): Promise<RGBImage> {
  expectOptions(who, options, [...tileOptions, 'inputChannel']);
  const weight = weightOf(conv);
  const [height, width, inputs, outputs] = weight.shape as [number, number, number, number];
  const shown = chosenChannels(who, outputs, options.channels);
  expectInput(options.inputChannel, inputs);
  const data = (await weight.data()) as Float32Array;
  const at = (pixel: number, input: number, output: number) => data[(pixel * inputs + input) * outputs + output]!;
  const size = height * width;
  const part = (output: number, input: number) =>
    Float32Array.from({ length: size }, (_, pixel) => at(pixel, input, output));
  const tiles = (): Omit<Tiles, 'isSigned'> => {
    if (size === 1 && inputs > 3) {
      const matrix = shown.flatMap((output) => Array.from({ length: inputs }, (_, input) => at(0, input, output)));
      return { width: inputs, height: shown.length, channels: 1, values: [Float32Array.from(matrix)] };
    }
    if (inputs === 3 && options.inputChannel === undefined) {
      const colors = (output: number) =>
        Float32Array.from({ length: 3 * size }, (_, i) => at(Math.floor(i / 3), i % 3, output));
      return { width, height, channels: 3, values: shown.map(colors) };
    }
    const strongest = (output: number) => {
      const parts = Array.from({ length: inputs }, (_, input) => part(output, input));
      return parts.reduce((best, each) => (energyOf(each) > energyOf(best) ? each : best));
    };
    const { inputChannel } = options;
    const values = shown.map((output) => (inputChannel === undefined ? strongest(output) : part(output, inputChannel)));
    return { width, height, channels: 1, values };
  };
  return drawTiles(who, { ...tiles(), isSigned: true }, { ...options, colormap: options.colormap ?? 'diverging' });
}

function energyOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

function weightOf(conv: unknown): tf.Tensor {
  const weight = conv instanceof Conv2d ? conv.weight.value : conv;
  if (!(weight instanceof tf.Tensor)) {
    const got = (conv as { typeName?: string } | undefined)?.typeName ?? kindOf(conv);
    throw new ZooError(`${who}: expected a Conv2d or its weights, got ${got}. Pass such as model.features[0].`);
  }
  if (weight.rank !== 4) {
    throw new ShapeError(
      `${who}: expected weights [height, width, inChannels, outChannels], got shape ${shapeText(weight.shape)}. ` +
        'Pass a convolution, or its weight.value.',
    );
  }
  expectAlive(who, 'weights', weight);
  return weight;
}

function expectInput(inputChannel: number | undefined, inputs: number): void {
  if (inputChannel === undefined) return;
  expectIntegers(who, { inputChannel }, 0);
  if (inputChannel < inputs) return;
  throw new ZooError(
    `${who}: expected inputChannel from 0 to ${inputs - 1}, got ${inputChannel}. The filters have ${inputs} input channels.`,
  );
}
