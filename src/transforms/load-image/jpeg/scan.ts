import { ImageError } from '../../../core/index.js';
import { BitReader } from './bit-reader.js';
import { type Component, type Frame, zigzag } from './frame.js';
import type { HuffmanTable } from './huffman.js';
import { inverseDct } from './idct.js';

/** What a start-of-scan segment says. */
export interface ScanHeader {
  readonly components: readonly Component[];
  /** First and last coefficient, in zigzag order, that the scan holds. */
  readonly spectralStart: number;
  readonly spectralEnd: number;
  /** Progressive files: bits below this position come in later scans; `previousLow` is 0 in a first scan. */
  readonly previousLow: number;
  readonly low: number;
}

/** Decodes one block's share of a scan into 64 coefficients from `at`. */
type DecodeBlock = (component: Component, block: Int16Array, at: number) => void;

/** @throws ImageError: the file names a table that it does not have. */
function need(table: HuffmanTable | undefined): HuffmanTable {
  if (table) return table;
  throw new ImageError(
    'loadImage: expected a Huffman table for each component of a JPEG scan, got none. The file is damaged: get it again.',
  );
}

function tooManyCoefficients(): ImageError {
  return new ImageError(
    'loadImage: expected 64 coefficients in a JPEG block, got more. The file is damaged: get it again.',
  );
}

function baselineBlock(reader: BitReader): DecodeBlock {
  return (component, block, at) => {
    component.prediction += reader.readSigned(need(component.dcTable).decode(reader) & 15);
    block[at] = component.prediction;
    const table = need(component.acTable);
    for (let k = 1; k < 64; k++) {
      const symbol = table.decode(reader);
      const length = symbol & 15;
      const zeros = symbol >> 4;
      if (length === 0 && zeros < 15) break;
      k += zeros;
      if (k > 63) throw tooManyCoefficients();
      block[at + zigzag[k]!] = reader.readSigned(length);
    }
  };
}

function dcBlock(reader: BitReader, { previousLow, low }: ScanHeader): DecodeBlock {
  if (previousLow > 0) {
    return (_component, block, at) => {
      block[at]! |= reader.read(1) << low;
    };
  }
  return (component, block, at) => {
    component.prediction += reader.readSigned(need(component.dcTable).decode(reader) & 15);
    block[at] = component.prediction << low;
  };
}

/** A run of blocks that hold nothing more in this scan. */
interface BlockRun {
  left: number;
}

function firstAcBlock(reader: BitReader, scan: ScanHeader, run: BlockRun): DecodeBlock {
  const { spectralStart, spectralEnd, low } = scan;
  return (component, block, at) => {
    if (run.left > 0) {
      run.left--;
      return;
    }
    const table = need(component.acTable);
    for (let k = spectralStart; k <= spectralEnd; k++) {
      const symbol = table.decode(reader);
      const length = symbol & 15;
      const zeros = symbol >> 4;
      if (length === 0 && zeros < 15) {
        run.left = (1 << zeros) + reader.read(zeros) - 1;
        break;
      }
      k += zeros;
      if (k > 63) throw tooManyCoefficients();
      block[at + zigzag[k]!] = reader.readSigned(length) << low;
    }
  };
}

/** Adds one bit of precision to coefficients known already, and brings in new ones among the zeros. */
function refineAcBlock(reader: BitReader, scan: ScanHeader, run: BlockRun): DecodeBlock {
  const { spectralStart, spectralEnd, low } = scan;
  const bit = 1 << low;

  /** Refines from `k` on, and passes over `zeros` coefficients that are still 0; returns where it stops. */
  function refine(block: Int16Array, at: number, k: number, zeros: number): number {
    for (; k <= spectralEnd; k++) {
      const index = at + zigzag[k]!;
      const value = block[index]!;
      if (value === 0) {
        if (zeros === 0) break;
        zeros--;
      } else if (reader.read(1) === 1 && (value & bit) === 0) {
        block[index] = value + (value > 0 ? bit : -bit);
      }
    }
    return k;
  }

  return (component, block, at) => {
    let k = spectralStart;
    if (run.left === 0) {
      const table = need(component.acTable);
      for (; k <= spectralEnd; k++) {
        const symbol = table.decode(reader);
        const zeros = symbol >> 4;
        const isNew = (symbol & 15) !== 0;
        if (!isNew && zeros < 15) {
          run.left = (1 << zeros) + reader.read(zeros);
          break;
        }
        const value = isNew ? (reader.read(1) === 1 ? bit : -bit) : 0;
        k = refine(block, at, k, zeros);
        if (isNew && k <= spectralEnd) block[at + zigzag[k]!] = value;
      }
    }
    if (run.left > 0) {
      refine(block, at, k, 64);
      run.left--;
    }
  };
}

/**
 * Decodes the entropy-coded data of one scan, which starts at `position`; returns where the next marker starts.
 *
 * Progressive scans leave coefficients behind; blocks of other files become samples right away.
 */
export function decodeScan(
  data: Uint8Array,
  position: number,
  frame: Frame,
  scan: ScanHeader,
  restartInterval: number,
): number {
  const reader = new BitReader(data, position);
  const run: BlockRun = { left: 0 };
  const scratch = new Int16Array(64);
  const decode = !frame.progressive
    ? baselineBlock(reader)
    : scan.spectralStart === 0
      ? dcBlock(reader, scan)
      : scan.previousLow === 0
        ? firstAcBlock(reader, scan, run)
        : refineAcBlock(reader, scan, run);

  function decodeAt(component: Component, row: number, column: number): void {
    const { blocksAcross, coefficients, plane, quantization } = component;
    if (coefficients) {
      decode(component, coefficients, (row * blocksAcross + column) * 64);
      return;
    }
    scratch.fill(0);
    decode(component, scratch, 0);
    const stride = blocksAcross * 8;
    inverseDct(scratch, 0, quantization!, plane, row * 8 * stride + column * 8, stride);
  }

  // A scan of one component holds just the blocks that the picture needs, row by row.
  const only = scan.components.length === 1 ? scan.components[0]! : undefined;
  const across = only ? Math.ceil(only.width / 8) : frame.unitsAcross;
  const down = only ? Math.ceil(only.height / 8) : frame.unitsDown;
  for (const component of scan.components) component.prediction = 0;
  for (let unit = 0; unit < across * down; unit++) {
    if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) {
      reader.restart();
      run.left = 0;
      for (const component of scan.components) component.prediction = 0;
    }
    const row = Math.trunc(unit / across);
    const column = unit % across;
    if (only) {
      decodeAt(only, row, column);
    } else {
      for (const component of scan.components) {
        const { h, v } = component;
        for (let y = 0; y < v; y++) {
          for (let x = 0; x < h; x++) decodeAt(component, row * v + y, column * h + x);
        }
      }
    }
    reader.checkNotPastEnd();
  }
  return reader.seekMarker();
}
