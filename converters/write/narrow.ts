/**
 * The 16 bits of the bfloat16 nearest to each float32, ties to even, as PyTorch's `.bfloat16()` rounds.
 *
 * What was widened from bfloat16 comes back bit for bit, NaN payloads included; any other NaN is made quiet.
 */
export function narrowToBfloat16(bits: Uint32Array, target: Uint16Array): void {
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i]!;
    const isExact = (value & 0xffff) === 0;
    const isNotANumber = (value & 0x7fffffff) > 0x7f800000;
    if (isExact) target[i] = value >>> 16;
    else if (isNotANumber) target[i] = (value >>> 16) | 0x40;
    else target[i] = (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
  }
}

/** The 16 bits of the float16 nearest to the float32 with these bits: ties to even, beyond 65519 infinite. */
function float16Bits(value: number): number {
  const sign = (value >>> 16) & 0x8000;
  const magnitude = value & 0x7fffffff;
  if (magnitude > 0x7f800000) {
    const payload = (magnitude >>> 13) & 0x3ff;
    const isExact = (magnitude & 0x1fff) === 0;
    return sign | 0x7c00 | payload | (isExact ? 0 : 0x200);
  }
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // A carry out of the fraction moves the exponent on, as it should.
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  const exponent = magnitude >>> 23;
  // Below half of the smallest subnormal, 2⁻²⁴; exactly half of it is a tie, and goes to the even zero below.
  if (exponent < 102) return sign;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - exponent;
  const quotient = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (quotient + (rest > half || (rest === half && (quotient & 1) === 1) ? 1 : 0));
}

/**
 * The 16 bits of the float16 nearest to each float32, ties to even, as PyTorch's `.half()` rounds.
 *
 * What was widened from float16 comes back bit for bit, NaN payloads included; any other NaN is made quiet.
 */
export function narrowToFloat16(bits: Uint32Array, target: Uint16Array): void {
  for (let i = 0; i < bits.length; i++) target[i] = float16Bits(bits[i]!);
}
