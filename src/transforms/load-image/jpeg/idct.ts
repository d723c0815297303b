// libjpeg's accurate integer inverse DCT (jidctint.c): every decoder that uses it agrees to the last bit. Loeffler,
// Ligtenberg and Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications", ICASSP 1989.

const constBits = 13;
const pass1Bits = 2;

const workspace = new Int32Array(64);

/** Eight values `step` apart, in `values` from `at`, to their inverse DCT, shifted right by `shift` with rounding. */
function inverse8(values: Int32Array, at: number, step: number, shift: number): void {
  const x0 = values[at]!;
  const x1 = values[at + step]!;
  const x2 = values[at + 2 * step]!;
  const x3 = values[at + 3 * step]!;
  const x4 = values[at + 4 * step]!;
  const x5 = values[at + 5 * step]!;
  const x6 = values[at + 6 * step]!;
  const x7 = values[at + 7 * step]!;
  const half = 1 << (shift - 1);

  // Even part. The constants are cosines and their sums, times 2^13: 4433 is 0.541196100, and so on.
  const rotated = Math.imul(x2 + x6, 4433);
  const even2 = rotated - Math.imul(x6, 15137);
  const even3 = rotated + Math.imul(x2, 6270);
  const even0 = (x0 + x4) << constBits;
  const even1 = (x0 - x4) << constBits;
  const e0 = even0 + even3 + half;
  const e3 = even0 - even3 + half;
  const e1 = even1 + even2 + half;
  const e2 = even1 - even2 + half;

  // Odd part.
  const z5 = Math.imul(x7 + x3 + x5 + x1, 9633);
  const z1 = Math.imul(x7 + x1, -7373);
  const z2 = Math.imul(x5 + x3, -20995);
  const z3 = Math.imul(x7 + x3, -16069) + z5;
  const z4 = Math.imul(x5 + x1, -3196) + z5;
  const o0 = Math.imul(x7, 2446) + z1 + z3;
  const o1 = Math.imul(x5, 16819) + z2 + z4;
  const o2 = Math.imul(x3, 25172) + z2 + z3;
  const o3 = Math.imul(x1, 12299) + z1 + z4;

  values[at] = (e0 + o3) >> shift;
  values[at + 7 * step] = (e0 - o3) >> shift;
  values[at + step] = (e1 + o2) >> shift;
  values[at + 6 * step] = (e1 - o2) >> shift;
  values[at + 2 * step] = (e2 + o1) >> shift;
  values[at + 5 * step] = (e2 - o1) >> shift;
  values[at + 3 * step] = (e3 + o0) >> shift;
  values[at + 4 * step] = (e3 - o0) >> shift;
}

/**
 * One block of 64 coefficients, in natural order from `at`, to 8 × 8 bytes of a plane, row `stride` apart.
 * `quantization` is in natural order too.
 */
export function inverseDct(
  coefficients: Int16Array,
  at: number,
  quantization: Uint16Array,
  plane: Uint8Array,
  out: number,
  stride: number,
): void {
  for (let i = 0; i < 64; i++) workspace[i] = coefficients[at + i]! * quantization[i]!;
  for (let column = 0; column < 8; column++) inverse8(workspace, column, 8, constBits - pass1Bits);
  for (let row = 0; row < 8; row++) {
    inverse8(workspace, row * 8, 1, constBits + pass1Bits + 3);
    for (let column = 0; column < 8; column++) {
      const sample = workspace[row * 8 + column]! + 128;
      plane[out + row * stride + column] = Math.min(Math.max(sample, 0), 255);
    }
  }
}
