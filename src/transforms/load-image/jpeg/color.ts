/** How a JPEG's components make up a colour. */
export type ColorModel = 'gray' | 'rgb' | 'ycc' | 'cmyk' | 'ycck';

/** Turns one row of components into RGB bytes at `at`. */
export type RowConverter = (rows: readonly Uint8Array[], width: number, rgb: Uint8Array, at: number) => void;

// libjpeg's fixed-point YCbCr: 16 fraction bits, and one rounding for the two terms of green.
const half = 1 << 15;
const table = (weight: number, bias: number, shift: number) =>
  Int32Array.from({ length: 256 }, (_, i) => (Math.round(weight * 65536) * (i - 128) + bias) >> shift);
const redFromCr = table(1.402, half, 16);
const blueFromCb = table(1.772, half, 16);
const greenFromCb = table(-0.34414, half, 0);
const greenFromCr = table(-0.71414, 0, 0);

function clamp(x: number): number {
  return Math.min(Math.max(x, 0), 255);
}

function yccToRgb([y, cb, cr]: readonly Uint8Array[], width: number, rgb: Uint8Array, at: number): void {
  for (let x = 0; x < width; x++, at += 3) {
    const luma = y![x]!;
    const blue = cb![x]!;
    const red = cr![x]!;
    rgb[at] = clamp(luma + redFromCr[red]!);
    rgb[at + 1] = clamp(luma + ((greenFromCb[blue]! + greenFromCr[red]!) >> 16));
    rgb[at + 2] = clamp(luma + blueFromCb[blue]!);
  }
}

/**
 * Darkens colours by the black component. Files hold inks inverted, as Adobe's do: 255 is no ink, so that colours
 * already are red, green and blue as far as the black ink lets them through. Pillow reads every CMYK JPEG this way.
 */
function throughBlack(black: Uint8Array, width: number, rgb: Uint8Array, at: number): void {
  for (let x = 0; x < width; x++) {
    const light = black[x]!;
    for (let c = 0; c < 3; c++, at++) {
      const product = (255 - rgb[at]!) * light + 128;
      rgb[at] = light - (((product >> 8) + product) >> 8);
    }
  }
}

function interleave([r, g, b]: readonly Uint8Array[], width: number, rgb: Uint8Array, at: number): void {
  for (let x = 0; x < width; x++, at += 3) {
    rgb[at] = r![x]!;
    rgb[at + 1] = g![x]!;
    rgb[at + 2] = b![x]!;
  }
}

export const rowConverters: Readonly<Record<ColorModel, RowConverter>> = {
  gray: ([y], width, rgb, at) => interleave([y!, y!, y!], width, rgb, at),
  rgb: interleave,
  ycc: yccToRgb,
  cmyk(rows, width, rgb, at) {
    interleave(rows, width, rgb, at);
    throughBlack(rows[3]!, width, rgb, at);
  },
  // The luma and chroma are those of 255 less each stored ink.
  ycck(rows, width, rgb, at) {
    yccToRgb(rows, width, rgb, at);
    for (let i = at; i < at + 3 * width; i++) rgb[i] = 255 - rgb[i]!;
    throughBlack(rows[3]!, width, rgb, at);
  },
};
