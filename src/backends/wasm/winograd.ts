import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { companionsOf } from './companions.js';
import type { ConvInfo, KernelArgs, WasmKernel } from './kernel.js';
import { addressOf, type Simd, simdOf } from './simd.js';

// Winograd's convolution, as Lavin and Gray 2015 describe it: https://arxiv.org/abs/1509.09308
//
// Two outputs of a filter of three taps take six multiplications, but four numbers of the image and the three taps can be transformed,
// by additions and constants, so that four products of the transforms hold both outputs. In two directions that is 16 products
// instead of 36 for 2 × 2 outputs, and with five taps 36 instead of 100. The products of all channels are matrix products, one for each
// of the 16 or 36 places in a tile.

/** What a kernel is given of the activation behind the convolution: the range of its outputs. */
const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
  linear: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  relu: [0, Number.POSITIVE_INFINITY],
  relu6: [0, 6],
};

/** Numbers in the transforms of the tiles that are computed at once, which are to stay in the cache. */
const TRANSFORMED = 2 ** 20;

/** Below this many channels, and tiles, the transforms cost more than the products save. */
const FEW = 16;

/**
 * Convolutions of 3 × 3 and 5 × 5 with stride 1 by Winograd's method; all others by the stock kernel.
 * @param multiply the kernel for matrix products
 */
export function winogradOf({ kernelName, kernelFunc: stock, setupFunc }: WasmKernel, multiply: WasmKernel): WasmKernel {
  return {
    kernelName,
    ...(setupFunc && { setupFunc }),
    kernelFunc: (args) => {
      const simd = simdOf(args.backend);
      const info = suitable(args);
      return simd && info ? convolve(args, info, simd, multiply) : stock(args);
    },
  };
}

/** The geometry of a convolution that is quicker this way; undefined of any other. */
function suitable({ inputs, attrs }: KernelArgs): ConvInfo | undefined {
  const { x, filter, bias, preluActivationWeights } = inputs;
  const { strides, pad, dilations, dimRoundingMode, activation = 'linear', dataFormat = 'NHWC' } = attrs;
  const [taps, width, channels, outputs] = filter!.shape as [number, number, number, number];
  const isSized = (taps === 3 || taps === 5) && taps === width;
  const isWide = [channels, outputs].every((count) => count >= FEW && count % 4 === 0);
  if (!isSized || !isWide || !(activation in ranges) || preluActivationWeights || dataFormat !== 'NHWC')
    return undefined;
  if (x!.dtype !== 'float32' || filter!.dtype !== 'float32') return undefined;
  if (bias && !tf.util.arraysEqual(bias.shape, [outputs])) return undefined; // for the stock kernel to refuse
  const info = tf.backend_util.computeConv2DInfo(
    x!.shape as [number, number, number, number],
    filter!.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
  const isDense = [info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth].every((n) => n === 1);
  return isDense && tilesOf(info).count >= FEW ? info : undefined;
}

function tilesOf({ batchSize, outHeight, outWidth }: ConvInfo) {
  const down = Math.ceil(outHeight / 2);
  const across = Math.ceil(outWidth / 2);
  return { down, across, count: batchSize * down * across };
}

function convolve({ inputs, attrs, backend }: KernelArgs, info: ConvInfo, simd: Simd, multiply: WasmKernel) {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo, filterHeight } = info;
  const size = filterHeight + 1;
  const filters = companionsOf(inputs.filter!, () => transformFilter(inputs.filter!, info, backend, simd));
  const tiles = tilesOf(info);
  const atOnce = Math.min(
    tiles.count,
    Math.max(FEW, Math.floor(TRANSFORMED / (size ** 2 * Math.max(inChannels, outChannels)))),
  );
  const out = backend.makeOutput(info.outShape, 'float32');
  const [low, high] = ranges[attrs.activation ?? 'linear']!;

  for (let first = 0; first < tiles.count; first += atOnce) {
    const count = Math.min(atOnce, tiles.count - first);
    const images = matrices(backend, size ** 2, [count, inChannels]);
    simd.run(
      'transformInput',
      [
        ...[addressOf(backend, inputs.x!), addressOf(backend, images.table), size],
        ...[inHeight, inWidth, inChannels, padInfo.top, padInfo.left],
        ...[tiles.down, tiles.across, first],
      ],
      count,
      count * size ** 2 * inChannels,
    );
    const products = images.list.map((a, place) =>
      multiply.kernelFunc({
        inputs: { a, b: filters[place] },
        attrs: { transposeA: false, transposeB: false },
        backend,
      }),
    );
    const table = tableOf(backend, products);
    simd.run(
      'transformOutput',
      [
        ...[
          addressOf(backend, table),
          inputs.bias ? addressOf(backend, inputs.bias) : 0,
          addressOf(backend, out),
          size,
        ],
        ...[outHeight, outWidth, outChannels],
        ...[tiles.down, tiles.across, low, high, first],
      ],
      count,
      count * size ** 2 * outChannels,
    );
    for (const { dataId } of [images.table, ...images.list, ...products, table]) backend.disposeData(dataId);
  }
  return out;
}

/** The filter's transform, a matrix [channels, outputs] for each place in a tile. */
function transformFilter(filter: tf.TensorInfo, info: ConvInfo, backend: BackendWasm, simd: Simd): tf.TensorInfo[] {
  const size = info.filterHeight + 1;
  const { list, table } = matrices(backend, size ** 2, [info.inChannels, info.outChannels]);
  const count = info.inChannels * info.outChannels;
  simd.run(
    'transformFilter',
    [addressOf(backend, filter), addressOf(backend, table), size, count],
    count / 4,
    count * size ** 2,
  );
  backend.disposeData(table.dataId);
  return list;
}

/** Matrices, and the table of their addresses. */
function matrices(backend: BackendWasm, count: number, shape: number[]) {
  const list = Array.from({ length: count }, () => backend.makeOutput(shape, 'float32'));
  return { list, table: tableOf(backend, list) };
}

function tableOf(backend: BackendWasm, list: readonly tf.TensorInfo[]): tf.TensorInfo {
  const table = backend.makeOutput([list.length], 'int32');
  backend.typedArrayFromHeap(table).set(list.map((each) => addressOf(backend, each)));
  return table;
}
