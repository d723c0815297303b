/** A file may grow this many times when it is read (by inflating, or by views that repeat elements) … */
const maxExpansion = 32;

/** … and any file may grow to this many bytes. */
const freeBytes = 64 * 2 ** 20;

/**
 * The most bytes that a file of this size may ask for.
 *
 * A few bytes can describe an endless tensor: a stride of 0 repeats one element, a deflated entry one pattern. Trained
 * weights are dense, so a file that asks for more than this is refused as a bomb.
 */
export function expansionLimit(fileSize: number): number {
  return Math.max(freeBytes, maxExpansion * fileSize);
}
