import type { Component, Frame } from './frame.js';

/** Writes row `y` of the full-size picture, of one component, into `out`; `out` has room for padding samples. */
export type RowReader = (y: number, out: Uint8Array) => void;

/** Doubles a row: each sample's halves lean a quarter towards its neighbours. libjpeg's h2v1_fancy_upsample. */
function doubleAcross(plane: Uint8Array, at: number, width: number, out: Uint8Array): void {
  for (let x = 0; x < width; x++) {
    const sample = plane[at + x]!;
    const left = x > 0 ? plane[at + x - 1]! : sample;
    const right = x < width - 1 ? plane[at + x + 1]! : sample;
    // Rounded up and down in turn, so that a picture does not get brighter on the whole.
    out[2 * x] = (sample * 3 + left + 1) >> 2;
    out[2 * x + 1] = (sample * 3 + right + 2) >> 2;
  }
}

/** Doubles across what already is `3 · near row + far row`. libjpeg's h2v2_fancy_upsample. */
function doubleBoth(plane: Uint8Array, near: number, far: number, width: number, out: Uint8Array): void {
  let last = plane[near]! * 3 + plane[far]!;
  let current = last;
  for (let x = 0; x < width; x++) {
    const right = Math.min(x + 1, width - 1);
    const next = plane[near + right]! * 3 + plane[far + right]!;
    out[2 * x] = (current * 3 + last + 8) >> 4;
    out[2 * x + 1] = (current * 3 + next + 7) >> 4;
    last = current;
    current = next;
  }
}

/**
 * Brings a component to the size of the picture as libjpeg does by default ("fancy upsampling"): triangle filters
 * where a side doubles, repetition elsewhere. Decoders that only repeat are off by dozens of levels at coloured edges.
 */
export function upsampler(frame: Frame, component: Component): RowReader {
  const { plane, width, height } = component;
  const stride = component.blocksAcross * 8;
  const across = frame.maxH / component.h;
  const down = frame.maxV / component.v;

  /** The row of samples beside row `y`'s own that is nearer to it, or its own at the picture's border. */
  const neighbour = (y: number, row: number) => Math.min(Math.max(y % 2 === 0 ? row - 1 : row + 1, 0), height - 1);

  if (across === 1 && down === 1) {
    return (y, out) => out.set(plane.subarray(y * stride, y * stride + width));
  }
  if (across === 2 && down === 1 && width > 2) {
    return (y, out) => doubleAcross(plane, y * stride, width, out);
  }
  if (across === 1 && down === 2) {
    return (y, out) => {
      const row = y >> 1;
      const near = row * stride;
      const far = neighbour(y, row) * stride;
      const bias = y % 2 === 0 ? 1 : 2;
      for (let x = 0; x < width; x++) out[x] = (plane[near + x]! * 3 + plane[far + x]! + bias) >> 2;
    };
  }
  if (across === 2 && down === 2 && width > 2) {
    return (y, out) => doubleBoth(plane, (y >> 1) * stride, neighbour(y, y >> 1) * stride, width, out);
  }
  return (y, out) => {
    const at = Math.trunc(y / down) * stride;
    for (let x = 0; x < frame.width; x++) out[x] = plane[at + Math.trunc(x / across)]!;
  };
}
