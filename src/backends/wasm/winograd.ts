import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Range } from './activations.js';
import type { ConvInfo, KernelArgs } from './kernel.js';
import { multiply, panelsAt, sizeOfPanels } from './products.js';
import { scaledCompanionOf } from './scaled.js';
import { addressOf, type Simd } from './simd.js';

// Winograd's convolution, as Lavin and Gray 2015 describe it: https://arxiv.org/abs/1509.09308
//
// Two outputs of a filter of three taps take six multiplications, but four numbers of the image and the three taps can be transformed,
// by additions and constants, so that four products of the transforms hold both outputs. In two directions that is 16 products
// instead of 36 for 2 × 2 outputs, and with five taps 36 instead of 100. The products of all channels are matrix products, one for each
// of the 16 or 36 places in a tile.

/** Numbers in the transforms of the tiles that are computed at once, which are to stay in the cache. */
const TRANSFORMED = 2 ** 20;

/** Below this many channels, and tiles, the transforms cost more than the products save. */
const FEW = 16;

/** Numbers between the matrices of a tile's places, lest their lines all fall on the same places of the cache. */
const GAP = 16;

/** Whether a convolution is quicker this way: one of 3 × 3 or 5 × 5 with stride 1. */
export function isForWinograd(info: ConvInfo): boolean {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const isSized = (filterHeight === 3 || filterHeight === 5) && filterHeight === filterWidth;
  const isWide = [inChannels, outChannels].every((count) => count >= FEW && count % 4 === 0);
  const isDense = [info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth].every((n) => n === 1);
  return isSized && isWide && isDense && tilesOf(info).count >= FEW;
}

/** How many tiles of 2 × 2 outputs there are. */
export function tilesOf({ batchSize, outHeight, outWidth }: ConvInfo) {
  const down = Math.ceil(outHeight / 2);
  const across = Math.ceil(outWidth / 2);
  return { down, across, count: batchSize * down * across };
}

/** A convolution that `isForWinograd`. */
export function convolveByWinograd(
  { inputs, backend }: KernelArgs,
  info: ConvInfo,
  range: Range,
  simd: Simd,
): TensorInfo {
  const { inChannels, outHeight, outWidth, outChannels, filterHeight } = info;
  const size = filterHeight + 1;
  const kind = `winograd of [${inputs.filter!.shape}]`;
  const weight = { matrix: inputs.filter!, scale: inputs.scale };
  const panels = scaledCompanionOf(backend, weight, kind, (filter) => transformFilter(filter, info, backend, simd));
  const tiles = tilesOf(info);
  const atOnce = Math.min(
    tiles.count,
    Math.max(FEW, Math.floor(TRANSFORMED / (size ** 2 * Math.max(inChannels, outChannels)))),
  );
  const out = backend.makeOutput(info.outShape, 'float32');
  const imagesSize = atOnce * inChannels + GAP;
  const productsSize = atOnce * outChannels + GAP;
  const images = backend.makeOutput([size ** 2, imagesSize], 'float32');
  const products = backend.makeOutput([size ** 2, productsSize], 'float32');

  for (let first = 0; first < tiles.count; first += atOnce) {
    const count = Math.min(atOnce, tiles.count - first);
    transformTiles(backend, simd, inputs.x!, info, { to: images, stride: imagesSize, first, count });
    multiply(backend, simd, {
      matrices: size ** 2,
      images: addressOf(backend, images),
      imagesStride: 4 * imagesSize,
      factor: panelsAt(addressOf(backend, panels), inChannels, outChannels),
      out: addressOf(backend, products),
      outStride: 4 * productsSize,
      columns: outChannels,
      starts: Int32Array.from({ length: count }, (_, tile) => 4 * inChannels * tile),
      offsets: Int32Array.of(0),
      length: inChannels,
      inner: inChannels,
    });
    simd.run(
      'transformOutput',
      [
        ...[addressOf(backend, products), 4 * productsSize],
        ...[inputs.bias ? addressOf(backend, inputs.bias) : 0, addressOf(backend, out), size],
        ...[outHeight, outWidth, outChannels],
        ...[tiles.down, tiles.across, ...range, first],
      ],
      count,
      count * size ** 2 * outChannels,
    );
  }
  backend.disposeData(images.dataId);
  backend.disposeData(products.dataId);
  return out;
}

/** Transforms `count` tiles of images from the `first` on, to a matrix [tiles, channels] for each place, `stride` numbers apart. */
export function transformTiles(
  backend: BackendWasm,
  simd: Simd,
  x: TensorInfo,
  info: ConvInfo,
  { to, stride, first, count }: { to: TensorInfo; stride: number; first: number; count: number },
): void {
  const { inHeight, inWidth, inChannels, padInfo, filterHeight } = info;
  const size = filterHeight + 1;
  const { down, across } = tilesOf(info);
  simd.run(
    'transformInput',
    [
      ...[addressOf(backend, x), addressOf(backend, to), 4 * stride, size],
      ...[inHeight, inWidth, inChannels, padInfo.top, padInfo.left, down, across, first],
    ],
    count,
    count * size ** 2 * inChannels,
  );
}

/** The filter's transform, panels of a matrix [channels, outputs] for each place in a tile. */
function transformFilter(filter: TensorInfo, info: ConvInfo, backend: BackendWasm, simd: Simd): TensorInfo {
  const { inChannels, outChannels } = info;
  const size = info.filterHeight + 1;
  const numbers = size ** 2 * sizeOfPanels(inChannels, outChannels);
  const panels = backend.makeOutput([numbers], 'float32');
  backend.typedArrayFromHeap(panels).fill(0); // columns that only fill up the last panel
  simd.run(
    'transformFilter',
    [addressOf(backend, filter), addressOf(backend, panels), size, inChannels, outChannels],
    inChannels,
    numbers,
  );
  return panels;
}
