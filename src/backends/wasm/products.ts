import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Range } from './activations.js';
import { companionOf } from './companions.js';
import { addressOf, type Simd } from './simd.js';
import { withLists } from './windows.js';

// Matrix products by our own loop. One of the factors, mostly a weight, is first put into the order in which the loop reads it.

/** As in assembly/multiply.ts. */
const PANEL = 16;
const BAND = 64;

/** A thread multiplies and adds about so often in the time that another takes to read a number and write it. */
const PRODUCTS_OF_A_NUMBER = 8;

/** Products of as many matrices as there are, one a stride behind the other; addresses and strides are in bytes. */
export interface Product {
  readonly matrices?: number;
  readonly images: number;
  readonly imagesStride?: number;
  readonly panels: number;
  readonly panelsStride?: number;
  readonly out: number;
  readonly outStride?: number;
  readonly columns: number;
  /** Where each row begins behind `images`. */
  readonly starts: Int32Array;
  /** Where each run of numbers begins behind the start of its row. */
  readonly offsets: Int32Array;
  /** How many numbers each run has. */
  readonly length: number;
  readonly bias?: TensorInfo | undefined;
  readonly range?: Range;
}

/** How many numbers the panels of a matrix [inner, columns] have. */
export function sizeOfPanels(inner: number, columns: number): number {
  return inner * Math.ceil(columns / PANEL) * PANEL;
}

/** A matrix [inner, columns] as panels, which are kept beside it. */
export function panelsOf(
  backend: BackendWasm,
  simd: Simd,
  matrix: TensorInfo,
  inner: number,
  columns: number,
): TensorInfo {
  return companionOf(matrix, `panels of [${inner}, ${columns}]`, () => {
    const size = sizeOfPanels(inner, columns);
    const panels = backend.makeOutput([size], 'float32');
    const addresses = [addressOf(backend, matrix), addressOf(backend, panels)];
    simd.run('packPanels', [...addresses, inner, columns], Math.ceil(columns / PANEL), size);
    return panels;
  });
}

/** Writes rows · panels + bias to `out`. */
export function multiply(backend: BackendWasm, simd: Simd, product: Product): void {
  const { matrices = 1, images, imagesStride = 0, panels, panelsStride = 0, out, outStride = 0 } = product;
  const { columns, starts, offsets, length, bias } = product;
  const { range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] } = product;
  const across = Math.ceil(columns / PANEL);
  const shift = backend.makeOutput([across * PANEL], 'float32'); // the bias, filled up to whole panels
  const values = backend.typedArrayFromHeap(shift).fill(0);
  if (bias) values.set(backend.typedArrayFromHeap(bias));
  withLists(backend, starts, offsets, (startsAddress, offsetsAddress) =>
    simd.run(
      'multiply',
      [
        ...[images, panels, addressOf(backend, shift), out],
        ...[imagesStride, panelsStride, outStride],
        ...[startsAddress, offsetsAddress, starts.length, columns, offsets.length, length, ...range],
      ],
      matrices * Math.ceil(starts.length / BAND) * across,
      (matrices * starts.length * columns * offsets.length * length) / PRODUCTS_OF_A_NUMBER,
    ),
  );
  backend.disposeData(shift.dataId);
}
