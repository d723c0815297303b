import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Range } from './activations.js';
import { isMetAgain } from './companions.js';
import { type Scaled, scaledCompanionOf } from './scaled.js';
import { addressOf, memoryEnd, type Simd } from './simd.js';

// Matrix products by our own loop. The second factor is first put into the order in which the loop reads it, and kept so beside the matrix,
// where that pays: for many rows, or when a matrix is met again, as weights are in a network that is not trained. Else it is read where
// it lies.

/** As in assembly/multiply.ts. */
const PANEL = 16;

/** For as many rows a factor is put in order though it may be used only once. */
const MANY_ROWS = 128;

/** A thread multiplies and adds about so often in the time that another takes to read a number and write it. */
const PRODUCTS_OF_A_NUMBER = 8;

/** Where the second factor lies: bytes from row to row, from sixteen columns to the next sixteen, and from matrix to matrix. */
export interface Factor {
  readonly address: number;
  readonly row: number;
  readonly panel: number;
  readonly stride?: number;
  /** Whether panels lie one behind the other, each in one run. */
  readonly isPacked: boolean;
}

/** Products of as many matrices as there are, one a stride behind the other; addresses, strides and steps are in bytes. */
export interface Product {
  readonly matrices?: number;
  readonly images: number;
  readonly imagesStride?: number;
  readonly factor: Factor;
  readonly out: number;
  readonly outStride?: number;
  /** From one row of `out` to the next; rows lie one behind the other where it is left out. */
  readonly outRow?: number;
  readonly columns: number;
  /** Where each row begins behind `images`. */
  readonly starts: Int32Array;
  /** Where each run of numbers begins behind the start of its row. */
  readonly offsets: Int32Array;
  /** How many numbers each run has, but for the last, which may have fewer. */
  readonly length: number;
  /** From one number of a run to the next. */
  readonly step?: number;
  /** How many numbers all runs have together. */
  readonly inner: number;
  readonly bias?: TensorInfo | undefined;
  readonly biasStride?: number;
  readonly range?: Range;
  /** Rows, and sixteens of columns, that one thread computes by itself, and runs that it takes at once. */
  readonly rowsAtOnce?: number;
  readonly panelsAtOnce?: number;
  readonly runsAtOnce?: number;
  /** Whether the product is added to what is in `out`. */
  readonly isAdded?: boolean;
  /** Whether the runs taken at once are summed by themselves: less rounding than in one long sum. */
  readonly isSplit?: boolean;
}

/** How many numbers the panels of a matrix [inner, columns] have. */
export function sizeOfPanels(inner: number, columns: number): number {
  return inner * Math.ceil(columns / PANEL) * PANEL;
}

/** Panels of a matrix [inner, columns] that begin at an address. */
export function panelsAt(address: number, inner: number, columns: number): Factor {
  return {
    address,
    row: 4 * PANEL,
    panel: 4 * PANEL * inner,
    stride: 4 * sizeOfPanels(inner, columns),
    isPacked: true,
  };
}

/** A matrix [inner, columns] by which so many rows are multiplied: where it lies, or as panels that are kept beside it. */
export function factorOf(
  backend: BackendWasm,
  simd: Simd,
  matrix: TensorInfo,
  { rows, inner, columns }: { rows: number; inner: number; columns: number },
): Factor {
  const address = addressOf(backend, matrix);
  // The loop reads whole panels: of the last row's last what lies behind the matrix, of which it makes no use.
  const isInside = address + 4 * sizeOfPanels(1, columns) + 4 * columns * (inner - 1) <= memoryEnd(backend);
  if (!isMetAgain(matrix) && rows < MANY_ROWS && isInside)
    return { address, row: 4 * columns, panel: 4 * PANEL, isPacked: false };
  return packedFactorOf(backend, simd, { matrix }, { matrices: 1, inner, columns });
}

/** Matrices [inner, columns] that lie side by side in one [inner, matrices · columns], as panels that are kept beside it. */
export function packedFactorOf(
  backend: BackendWasm,
  simd: Simd,
  weight: Scaled,
  { matrices, inner, columns }: { matrices: number; inner: number; columns: number },
): Factor {
  const kind = `panels of ${matrices} [${inner}, ${columns}]`;
  const panels = scaledCompanionOf(backend, weight, kind, (matrix) => {
    const size = sizeOfPanels(inner, columns);
    const packed = backend.makeOutput([matrices * size], 'float32');
    const [source, target] = [addressOf(backend, matrix), addressOf(backend, packed)];
    for (let i = 0; i < matrices; i++) {
      const args = [source + 4 * i * columns, target + 4 * i * size, inner, columns, 4 * matrices * columns];
      simd.run('packPanels', args, Math.ceil(columns / PANEL), size);
    }
    return packed;
  });
  return panelsAt(addressOf(backend, panels), inner, columns);
}

/** Writes rows · factor + bias to `out`. */
export function multiply(backend: BackendWasm, simd: Simd, product: Product): void {
  const { matrices = 1, factor, columns, starts, offsets, length, inner, bias } = product;
  const { rowsAtOnce = 64, panelsAtOnce = 1, runsAtOnce = offsets.length } = product;
  const { range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] } = product;
  const rows = starts.length;
  // The fields of assembly/multiply.ts, in their order, and behind them the lists that two of them point to.
  const fields = 25;
  const biasAddress = bias ? addressOf(backend, bias) : 0; // which may come from another backend, for which the memory grows
  const memory = backend.makeOutput([fields + starts.length + offsets.length], 'int32');
  const address = addressOf(backend, memory);
  const startsAddress = address + 4 * fields;
  const values = backend.typedArrayFromHeap(memory) as Int32Array;
  values.set([
    ...[product.images, factor.address, biasAddress, product.out],
    ...[product.imagesStride ?? 0, factor.stride ?? 0, product.outStride ?? 0, product.biasStride ?? 0],
    ...[startsAddress, startsAddress + starts.byteLength, rows, columns, inner, length],
    ...[product.step ?? 4, factor.row, factor.panel, product.outRow ?? 4 * columns],
    ...[rowsAtOnce, panelsAtOnce, runsAtOnce, product.isAdded ? 1 : 0, product.isSplit ? 1 : 0],
  ]);
  new Float32Array(values.buffer, values.byteOffset).set(range, fields - 2);
  values.set(starts, fields);
  values.set(offsets, fields + starts.length);
  simd.run(
    'multiply',
    [address],
    matrices * Math.ceil(rows / rowsAtOnce) * Math.ceil(columns / (PANEL * panelsAtOnce)),
    (matrices * rows * columns * inner) / PRODUCTS_OF_A_NUMBER,
  );
  backend.disposeData(memory.dataId);
}
