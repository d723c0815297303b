import { ZooError } from '../core/index.js';

/** The sides of a crop in pixels: `[height, width]`, or one number for a square. */
export type CropSize = number | readonly [number] | readonly [number, number];

/** @throws ZooError unless `size` is a positive integer or an array of one or two. */
export function checkSize(who: string, size: number | readonly number[]): void {
  const sides = typeof size === 'number' ? [size] : size;
  const fits = Array.isArray(sides) && (sides.length === 1 || sides.length === 2);
  if (fits && sides.every((side) => Number.isInteger(side) && side > 0)) return;
  throw new ZooError(
    `${who}: expected size to be a positive integer or [height, width], got ${JSON.stringify(size)}. Give whole pixels.`,
  );
}

/** `[height, width]` */
export function cropSides(size: CropSize): readonly [height: number, width: number] {
  if (typeof size === 'number') return [size, size];
  return size.length === 2 ? size : [size[0], size[0]];
}

/** torchvision keeps a pair as it got it, a list here, and makes a tuple of anything else. */
export function cropSizeRepr(size: CropSize): string {
  if (typeof size === 'object' && size.length === 2) return `[${size.join(', ')}]`;
  return `(${cropSides(size).join(', ')})`;
}
