import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PixelImage } from 'tfjs-zoo/transforms';

export const fixtures = new URL('../fixtures/images/', import.meta.url);
export const photographs = new URL('../../examples/images/', import.meta.url);

// biome-ignore lint/suspicious/noExplicitAny: the fixtures' own makers say what is in them
export function readJson(name: string): any {
  return JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'));
}

/** The same bytes as `noise` in test/fixtures/images/noise.py. */
export function noise(height: number, width: number, channels: number, seed: number): Uint8Array {
  let state = seed >>> 0;
  return Uint8Array.from({ length: height * width * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

export function noiseImage(width: number, height: number, channels: 1 | 3, seed: number): PixelImage {
  const data = noise(height, width, channels, seed);
  return channels === 1 ? { width, height, data, channels } : { width, height, data };
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** What files.json says of a file. */
export type FileExpectation =
  | { width: number; height: number; sha256: string }
  | { width: number; height: number; rgb: string }
  | { refused: true };

/** The largest and the mean absolute difference of two pictures' samples, which must be as many. */
export function difference(a: ArrayLike<number>, b: Uint8Array): { max: number; mean: number } {
  if (a.length !== b.length) throw new Error(`expected ${b.length} samples, got ${a.length}`);
  let max = 0;
  let sum = 0;
  b.forEach((value, i) => {
    const distance = Math.abs(value - a[i]!);
    max = Math.max(max, distance);
    sum += distance;
  });
  return { max, mean: sum / b.length };
}

/** What a promise is rejected with; fails where it is not. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const value = await promise.then(
    () => undefined,
    (error: Error) => error,
  );
  if (!value) throw new Error('expected a rejection');
  return value;
}
