import { type ResampleFilter, resampleWeights } from '../core/index.js';
import { gatherPixels } from './gather-pixels.js';
import { channelsOf, imageLike, type PixelImage } from './image.js';
import { filterOf, type InterpolationMode } from './interpolation.js';

// Weights as fixed-point numbers with 22 fraction bits: 32 less 8 for the pixel less 2 for overshoot, as in Pillow.
const precisionBits = 32 - 8 - 2;

interface FixedWeights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly values: Int32Array;
  readonly taps: number;
}

function fixedWeights(inSize: number, outSize: number, filter: ResampleFilter): FixedWeights {
  const { first, count, values, taps } = resampleWeights(inSize, outSize, filter);
  const one = 2 ** precisionBits;
  const fixed = Int32Array.from(values, (weight) => Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * one));
  return { first, count, values: fixed, taps };
}

/**
 * One pass: each line, a run of `stride`-byte items, is resampled to a line of other length, byte beside byte.
 * Across, a line is a row and its items are pixels; down, the whole image is one line and its items are rows.
 */
function resampleLines(
  source: Uint8Array,
  target: Uint8Array,
  lines: { count: number; sourceStep: number; targetStep: number },
  stride: number,
  weights: FixedWeights,
): void {
  const { first, count, values, taps } = weights;
  const half = 1 << (precisionBits - 1);
  for (let line = 0; line < lines.count; line++) {
    for (let i = 0; i < first.length; i++) {
      const begin = line * lines.sourceStep + first[i]! * stride;
      const out = line * lines.targetStep + i * stride;
      const row = i * taps;
      const rowEnd = row + count[i]!;
      for (let c = 0; c < stride; c++) {
        let sum = half;
        let at = begin + c;
        for (let k = row; k < rowEnd; k++) {
          sum = (sum + Math.imul(source[at]!, values[k]!)) | 0;
          at += stride;
        }
        target[out + c] = Math.min(Math.max(sum >> precisionBits, 0), 255);
      }
    }
  }
}

/** The pixel under each output pixel's centre. Positions add up in steps, as Pillow's do, down to their rounding. */
function nearestPositions(inSize: number, outSize: number): Int32Array {
  const scale = inSize / outSize;
  const positions = new Int32Array(outSize);
  let position = scale * 0.5;
  for (let i = 0; i < outSize; i++) {
    positions[i] = Math.min(Math.trunc(position), inSize - 1);
    position += scale;
  }
  return positions;
}

/**
 * Resizes 8-bit pixels as Pillow's `Image.resize` does, byte for byte.
 *
 * Across first, then down; each pass rounds and clamps to bytes, and one that changes nothing is left out.
 */
export function resampleImage(image: PixelImage, width: number, height: number, mode: InterpolationMode): PixelImage {
  const filter = filterOf(mode);
  if (!filter) {
    return gatherPixels(image, nearestPositions(image.height, height), nearestPositions(image.width, width));
  }
  const channels = channelsOf(image);
  let data = image.data;
  if (width !== image.width) {
    const target = new Uint8Array(width * image.height * channels);
    const lines = { count: image.height, sourceStep: image.width * channels, targetStep: width * channels };
    resampleLines(data, target, lines, channels, fixedWeights(image.width, width, filter));
    data = target;
  }
  if (height !== image.height) {
    const target = new Uint8Array(width * height * channels);
    const oneLine = { count: 1, sourceStep: 0, targetStep: 0 };
    resampleLines(data, target, oneLine, width * channels, fixedWeights(image.height, height, filter));
    data = target;
  }
  return imageLike(image, width, height, data === image.data ? data.slice() : data);
}
