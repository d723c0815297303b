import type { HuffmanTable } from './huffman.js';

/** One colour component of a JPEG frame. */
export interface Component {
  readonly id: number;
  /** Sampling factors: of the frame's largest, how much of its resolution this component has. */
  readonly h: number;
  readonly v: number;
  /** Samples that belong to the picture; the plane is wider and higher, in whole blocks. */
  readonly width: number;
  readonly height: number;
  /** Blocks across and down in an interleaved scan, which are padded to whole units of all components. */
  readonly blocksAcross: number;
  readonly blocksDown: number;
  readonly quantizationIndex: number;
  quantization: Uint16Array | undefined;
  dcTable: HuffmanTable | undefined;
  acTable: HuffmanTable | undefined;
  /** The last block's DC coefficient, from which the next one's is told. */
  prediction: number;
  /** Whether some scan held this component. */
  seen: boolean;
  /** Progressive files only: all coefficients, 64 a block, for later scans refine them. */
  readonly coefficients: Int16Array | undefined;
  /** Decoded samples, `8 · blocksAcross` a row. */
  readonly plane: Uint8Array;
}

/** What a JPEG's start-of-frame segment says. */
export interface Frame {
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  readonly maxH: number;
  readonly maxV: number;
  readonly unitsAcross: number;
  readonly unitsDown: number;
  readonly components: readonly Component[];
}

/** Where zigzag position k lies in a row-major 8 × 8 block. */
export const zigzag = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21],
  ...[28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61],
  ...[54, 47, 55, 62, 63],
);
