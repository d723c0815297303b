import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvInfo } from './kernel.js';
import { addressOf, type Simd } from './simd.js';

// What convolutions and pools read of images [N, H, W, C]: each output a window, that begins somewhere in memory, and in it numbers that lie
// at the same distances in all windows.

/** Images with a value around them: [N, H, W, C] → [N, H + top + bottom, W + left + right, C]. They themselves if nothing is missing. */
export function padImages(backend: BackendWasm, simd: Simd, x: TensorInfo, info: ConvInfo, value: number): TensorInfo {
  const { top, bottom, left, right } = info.padInfo;
  if (top + bottom + left + right === 0) return x;
  const [height, width] = [info.inHeight + top + bottom, info.inWidth + left + right];
  const padded = backend.makeOutput([info.batchSize, height, width, info.inChannels], 'float32');
  const [line, before, after] = [info.inWidth, left, right].map((pixels) => pixels * info.inChannels);
  const rows = info.batchSize * height;
  simd.run(
    'padRows',
    [addressOf(backend, x), addressOf(backend, padded), line!, before!, after!, info.inHeight, top, height, value],
    rows,
    2 * rows * width * info.inChannels,
  );
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
