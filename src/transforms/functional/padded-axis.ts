/** What stands around an image: one colour, its edge, or its mirror image without or with the edge. */
export type PadMode = 'constant' | 'edge' | 'reflect' | 'symmetric';

/** One direction of a padded image: what is left of the image, and how much stands before and after it. */
export interface PaddedAxis {
  /** The image's first position that is left. */
  readonly begin: number;
  /** How many are left. */
  readonly length: number;
  readonly before: number;
  readonly after: number;
}

/** @param before what to add at the beginning; a negative number cuts off. `after` likewise. */
export function paddedAxis(size: number, before: number, after: number): PaddedAxis {
  const begin = Math.min(Math.max(-before, 0), size);
  const length = Math.max(size + Math.min(after, 0) - begin, 0);
  const total = Math.max(size + before + after, 0);
  // Nothing is left where one side is cut farther than the image reaches, and the other side's padding too.
  const added = Math.min(Math.max(before, 0), total);
  return { begin, length, before: added, after: total - added - length };
}

/** Which of `length` positions stands at `at`, which may lie outside; −1 for none. */
const positionOf: Record<PadMode, (at: number, length: number) => number> = {
  constant: (at, length) => (at >= 0 && at < length ? at : -1),
  edge: (at, length) => Math.min(Math.max(at, 0), length - 1),
  reflect(at, length) {
    // The mirror of a single pixel is that pixel.
    if (length === 1) return 0;
    const period = 2 * (length - 1);
    const inPeriod = modulo(at, period);
    return Math.min(inPeriod, period - inPeriod);
  },
  symmetric(at, length) {
    const inPeriod = modulo(at, 2 * length);
    return Math.min(inPeriod, 2 * length - 1 - inPeriod);
  },
};

function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}

/** For each position of the padded axis, the image's position that it shows; −1 where the fill does. */
export function sourcePositions({ begin, length, before, after }: PaddedAxis, mode: PadMode): Int32Array {
  return Int32Array.from({ length: before + length + after }, (_, i) => {
    const at = positionOf[mode](i - before, length);
    return at < 0 ? -1 : begin + at;
  });
}
