// Python's rounding and number text, where torchvision's results or reprs depend on them.

/** Python's `round(x)`: halves go to the even neighbour. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  if (fraction !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Python's `repr` of a float: `1` is `1.0`, `1e-7` is `1e-07`. */
function floatRepr(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  if (Object.is(x, -0)) return '-0.0';
  const magnitude = Math.abs(x);
  // Python changes to exponents below 1e-4 and from 1e16 on, JavaScript below 1e-6 and from 1e21 on.
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(x) ? `${x}.0` : String(x);
}

/** Python's `repr` of a list of floats. */
export function floatListRepr(values: readonly number[]): string {
  return `[${values.map(floatRepr).join(', ')}]`;
}
