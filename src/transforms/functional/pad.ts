import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../../core/index.js';
import { gatherPixels } from '../gather-pixels.js';
import { channelsOf, type PixelImage } from '../image.js';
import { checkInput, describeSize, sidesOf } from '../input.js';
import type { ImageOrTensor } from '../transform.js';
import { type PaddedAxis, type PadMode, paddedAxis, sourcePositions } from './padded-axis.js';

/** Pixels to add: on all sides, `[left and right, top and bottom]`, or `[left, top, right, bottom]`. Negative ones cut off. */
export type Padding =
  | number
  | readonly [number]
  | readonly [horizontal: number, vertical: number]
  | readonly [left: number, top: number, right: number, bottom: number];

export interface PadOptions {
  /** What mode 'constant' pads with: 0 to 255 for 8-bit images, a number each channel or one for all. Default 0. */
  fill?: number | readonly number[];
  /** 'constant', 'edge', 'reflect' (the mirror image without the edge) or 'symmetric' (with it). Default 'constant'. */
  paddingMode?: PadMode;
}

/**
 * Pads an image on its sides.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]`; the same kind comes out.
 *
 * Of 8-bit images a mirror may be wider than the image: it is mirrored again and again. Of tensors torchvision refuses that, and so
 * does this. `fill` is cut to whole numbers for 8-bit images; for tensors it is one number.
 *
 * @throws ZooError where an argument makes no sense.
 * @throws ShapeError where a mirror or nothing would be left to show.
 * @example
 * const framed = transforms.functional.pad(image, [2, 4], { fill: [255, 0, 0] });
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.functional.pad.html
 */
export function pad<T extends ImageOrTensor>(image: T, padding: Padding, options?: PadOptions): T;
export function pad(image: ImageOrTensor, padding: Padding, options: PadOptions = {}): ImageOrTensor {
  const { fill = 0, paddingMode = 'constant' } = options;
  checkInput('pad', image);
  checkPadding('pad', padding, options);
  const [left, top, right, bottom] = fourSides(padding);
  const [height, width] = sidesOf(image);
  const rows = paddedAxis(height, top, bottom);
  const columns = paddedAxis(width, left, right);
  checkResult(image, rows, columns, paddingMode);
  if (image instanceof tf.Tensor && paddingMode === 'constant') return padWithNumber(image, rows, columns, fill);
  const sources = [sourcePositions(rows, paddingMode), sourcePositions(columns, paddingMode)] as const;
  if (!(image instanceof tf.Tensor)) return gatherPixels(image, ...sources, fillBytes(image, fill));
  return tf.tidy(() => {
    const [rowIndices, columnIndices] = sources.map((positions) => tf.tensor1d(positions, 'int32'));
    return tf.gather(tf.gather(image, rowIndices!, image.rank - 3), columnIndices!, image.rank - 2);
  });
}

function padWithNumber(
  x: tf.Tensor,
  rows: PaddedAxis,
  columns: PaddedAxis,
  fill: number | readonly number[],
): tf.Tensor {
  if (typeof fill !== 'number') {
    throw new ZooError(
      `pad: expected fill to be one number for a tensor, got [${fill.join(', ')}]. Pad the 8-bit image before ToTensor.`,
    );
  }
  const batch = x.shape.slice(0, -3);
  const kept = [...batch, rows.length, columns.length, x.shape.at(-1)!];
  const pads = [...batch.map(() => none), beside(rows), beside(columns), none];
  if (kept.includes(0)) {
    // tfjs can pad nothing that holds no value.
    const whole = kept.map((size, axis) => size + pads[axis]![0] + pads[axis]![1]);
    return tf.fill(whole, fill);
  }
  const begin = [...batch.map(() => 0), rows.begin, columns.begin, 0];
  return tf.tidy(() => tf.pad(tf.slice(x, begin, kept), pads, fill));
}

const none: [number, number] = [0, 0];

function beside({ before, after }: PaddedAxis): [number, number] {
  return [before, after];
}

function fourSides(padding: Padding): readonly [left: number, top: number, right: number, bottom: number] {
  if (typeof padding === 'number') return [padding, padding, padding, padding];
  if (padding.length === 4) return padding;
  const [horizontal, vertical = horizontal] = padding;
  return [horizontal, vertical, horizontal, vertical];
}

/** As Pillow takes colours: cut to whole numbers, and to bytes. */
function fillBytes(image: PixelImage, fill: number | readonly number[]): number[] {
  const channels = channelsOf(image);
  const given = typeof fill === 'number' ? [fill] : fill;
  if (given.length !== 1 && given.length !== channels) {
    throw new ZooError(
      `pad: expected fill to be one number or ${channels}, one for each channel, got [${given.join(', ')}]. Give as many as the image has channels.`,
    );
  }
  const color = given.length === 1 ? Array<number>(channels).fill(given[0]!) : given;
  return color.map((value) => Math.min(Math.max(Math.trunc(value), 0), 255));
}

/** @throws ZooError where one of what pads makes no sense, whatever the image. */
export function checkPadding(who: string, padding: Padding, options: PadOptions): void {
  const { fill = 0, paddingMode = 'constant' } = options;
  const sides = Array.isArray(padding) ? padding : [padding];
  const wrong: string[] = [];
  if (![1, 2, 4].includes(sides.length) || !sides.every(Number.isInteger)) {
    wrong.push(`padding to be an integer or 1, 2 or 4 of them, got ${JSON.stringify(padding)}`);
  }
  const modes = ['constant', 'edge', 'reflect', 'symmetric'];
  if (!modes.includes(paddingMode)) wrong.push(`paddingMode to be one of ${modes.join(', ')}, got '${paddingMode}'`);
  if (![fill].flat().every(Number.isFinite)) {
    wrong.push(`fill to be a finite number or an array of them, got ${JSON.stringify(fill)}`);
  }
  if (wrong.length === 0) return;
  throw new ZooError(
    `${who}: expected ${wrong.join(', and ')}. Give whole pixels: all sides, [horizontal, vertical] or [left, top, right, bottom].`,
  );
}

function checkResult(image: ImageOrTensor, rows: PaddedAxis, columns: PaddedAxis, mode: PadMode): void {
  const axes = [rows, columns];
  const [height, width] = axes.map(({ before, length, after }) => before + length + after);
  const isEmpty = height === 0 || width === 0;
  if (isEmpty || (mode !== 'constant' && axes.some(({ length }) => length === 0))) {
    throw new ShapeError(
      `pad: expected padding that leaves some of the image, got ${height}×${width} from one ${describeSize(image)}. Cut off less.`,
    );
  }
  if (!(image instanceof tf.Tensor) || mode === 'constant' || mode === 'edge') return;
  const farthest = (length: number) => (mode === 'reflect' ? length - 1 : length);
  if (axes.every(({ before, after, length }) => Math.max(before, after) <= farthest(length))) return;
  throw new ShapeError(
    `pad: expected at most ${farthest(rows.length)} rows and ${farthest(columns.length)} columns of padding in mode '${mode}', ` +
      `got ${Math.max(rows.before, rows.after)} and ${Math.max(columns.before, columns.after)} for a tensor ${describeSize(image)}. ` +
      `Pad less, or in mode 'edge'.`,
  );
}
