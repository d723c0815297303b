import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvInfo, KernelArgs } from './kernel.js';
import { multiply } from './products.js';
import { addressOf, type Simd } from './simd.js';
import { tilesOf, transformTiles } from './winograd.js';

/** Numbers in the transforms of the tiles that are computed at once: more than for the images alone, for sums are added to what is there. */
const TRANSFORMED = 2 ** 22;

/** Tiles whose products are summed by themselves. */
const SUMMED = 64;

/** Numbers between the matrices of a tile's places, lest their lines all fall on the same places of the cache. */
const GAP = 16;

/**
 * The gradient of a filter, of a convolution that `isForWinograd`. The convolution's output is linear in the filter's transform, so the
 * transforms of outputs and filter are turned round, and between them each place in a tile has a matrix product over all tiles:
 * imagesᵀ [channels, tiles] · dy [tiles, outputs].
 */
export function filterGradByWinograd({ inputs, backend }: KernelArgs, info: ConvInfo, simd: Simd): TensorInfo {
  const { inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = info;
  const size = filterHeight + 1;
  const tiles = tilesOf(info);
  const atOnce = Math.min(tiles.count, Math.max(1, Math.floor(TRANSFORMED / (size ** 2 * (inChannels + outChannels)))));
  const imagesSize = atOnce * inChannels + GAP;
  const upstreamSize = atOnce * outChannels + GAP;
  const images = backend.makeOutput([size ** 2, imagesSize], 'float32');
  const upstream = backend.makeOutput([size ** 2, upstreamSize], 'float32');
  const sums = backend.makeOutput([size ** 2, inChannels, outChannels], 'float32');

  for (let first = 0; first < tiles.count; first += atOnce) {
    const count = Math.min(atOnce, tiles.count - first);
    transformTiles(backend, simd, inputs.x!, info, { to: images, stride: imagesSize, first, count });
    simd.run(
      'spreadOutput',
      [
        ...[addressOf(backend, inputs.dy!), addressOf(backend, upstream), 4 * upstreamSize, size],
        ...[outHeight, outWidth, outChannels, tiles.down, tiles.across, first],
      ],
      count,
      count * size ** 2 * outChannels,
    );
    multiply(backend, simd, {
      matrices: size ** 2,
      images: addressOf(backend, images),
      imagesStride: 4 * imagesSize,
      factor: {
        address: addressOf(backend, upstream),
        row: 4 * outChannels,
        panel: 64,
        stride: 4 * upstreamSize,
        isPacked: false,
      },
      out: addressOf(backend, sums),
      outStride: 4 * inChannels * outChannels,
      columns: outChannels,
      starts: Int32Array.from({ length: inChannels }, (_, channel) => 4 * channel),
      offsets: Int32Array.from({ length: Math.ceil(count / SUMMED) }, (_, run) => 4 * inChannels * SUMMED * run),
      length: SUMMED,
      step: 4 * inChannels,
      inner: count,
      runsAtOnce: 1,
      isAdded: first > 0,
      isSplit: true,
    });
  }

  const out = backend.makeOutput([filterHeight, filterWidth, inChannels, outChannels], 'float32');
  simd.run(
    'gatherFilter',
    [addressOf(backend, sums), addressOf(backend, out), size, inChannels, outChannels],
    inChannels,
    size ** 2 * inChannels * outChannels,
  );
  for (const { dataId } of [images, upstream, sums]) backend.disposeData(dataId);
  return out;
}
