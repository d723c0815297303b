import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvInfo } from './kernel.js';
import { addressOf } from './simd.js';

// What convolutions and pools read of images [N, H, W, C]: each output a window, that begins somewhere in memory, and in it numbers that lie
// at the same distances in all windows.

/** Images with a value around them: [N, H, W, C] → [N, H + top + bottom, W + left + right, C]. They themselves if nothing is missing. */
export function padImages(backend: BackendWasm, x: TensorInfo, info: ConvInfo, value: number): TensorInfo {
  const { top, bottom, left, right } = info.padInfo;
  if (top + bottom + left + right === 0) return x;
  const height = info.inHeight + top + bottom;
  const line = info.inWidth * info.inChannels;
  const paddedLine = line + (left + right) * info.inChannels;
  const padded = backend.makeOutput([info.batchSize, height, paddedLine], 'float32');
  const source = backend.typedArrayFromHeap(x);
  const target = backend.typedArrayFromHeap(padded).fill(value);
  for (let row = 0; row < info.batchSize * info.inHeight; row++) {
    const paddedRow = Math.floor(row / info.inHeight) * height + top + (row % info.inHeight);
    target.set(source.subarray(row * line, (row + 1) * line), paddedRow * paddedLine + left * info.inChannels);
  }
  return padded;
}

/** Where in padded images the window of each output [N, H', W'] begins, in bytes. */
export function startsOf(info: ConvInfo): Int32Array {
  const { batchSize, outHeight, outWidth, strideHeight, strideWidth } = info;
  const { line, image, pixel } = distancesOf(info);
  const starts = new Int32Array(batchSize * outHeight * outWidth);
  let i = 0;
  for (let n = 0; n < batchSize; n++) {
    for (let y = 0; y < outHeight; y++) {
      const begin = n * image + y * strideHeight * line;
      for (let x = 0; x < outWidth; x++) starts[i++] = begin + x * strideWidth * pixel;
    }
  }
  return starts;
}

/** Where in a window each tap of the filter lies, or each of its lines, in bytes. */
export function offsetsOf(info: ConvInfo, of: 'taps' | 'lines'): Int32Array {
  const { filterHeight, filterWidth, dilationHeight, dilationWidth } = info;
  const { line, pixel } = distancesOf(info);
  const across = of === 'taps' ? filterWidth : 1;
  return Int32Array.from(
    { length: filterHeight * across },
    (_, i) => Math.floor(i / across) * dilationHeight * line + (i % across) * dilationWidth * pixel,
  );
}

/** Bytes from one pixel, line and image to the next in padded images. */
function distancesOf({ inHeight, inWidth, inChannels, padInfo }: ConvInfo) {
  const pixel = 4 * inChannels;
  const line = pixel * (inWidth + padInfo.left + padInfo.right);
  return { pixel, line, image: line * (inHeight + padInfo.top + padInfo.bottom) };
}

/** Has `fn` find lists of distances in memory; they are freed behind it. */
export function withLists(
  backend: BackendWasm,
  starts: Int32Array,
  offsets: Int32Array,
  fn: (starts: number, offsets: number) => void,
): void {
  const lists = backend.makeOutput([starts.length + offsets.length], 'int32');
  const values = backend.typedArrayFromHeap(lists);
  values.set(starts);
  values.set(offsets, starts.length);
  const address = addressOf(backend, lists);
  fn(address, address + starts.byteLength);
  backend.disposeData(lists.dataId);
}
