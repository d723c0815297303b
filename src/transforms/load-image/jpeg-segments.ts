import { ImageError } from '../../core/index.js';

/** A marker segment of a JPEG file: what lies between its length and the next marker. */
export interface Segment {
  /** Second byte of the marker: 0xC0 for SOF0 … */
  readonly marker: number;
  readonly payload: Uint8Array;
  /** Where the byte behind the segment lies in the file. */
  readonly end: number;
}

const endOfImage = 0xd9;

/** Markers that stand alone: restarts, start of image, and TEM. */
function isBare(marker: number): boolean {
  return (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;
}

/**
 * The segment whose marker lies at or behind `position`; undefined at the end of the image.
 *
 * @throws ImageError where the file ends first.
 */
export function readSegment(data: Uint8Array, position: number): Segment | undefined {
  let at = position;
  while (at < data.length) {
    const marker = data[at + 1];
    // Bytes that belong to nothing, and fill bytes, are passed over as libjpeg passes over them.
    if (data[at] !== 0xff || marker === 0xff || marker === 0 || marker === undefined) {
      at++;
      continue;
    }
    if (marker === endOfImage) return undefined;
    if (isBare(marker)) {
      at += 2;
      continue;
    }
    const length = at + 3 < data.length ? (data[at + 2]! << 8) | data[at + 3]! : 0;
    const end = at + 2 + length;
    if (length >= 2 && end <= data.length) return { marker, payload: data.subarray(at + 4, end), end };
    throw new ImageError(
      `loadImage: expected a JPEG segment of marker FF${marker.toString(16).toUpperCase()} at byte ${at}, got ${data.length - at} bytes up to the end of the file. The file is truncated or damaged: get it again.`,
    );
  }
  throw new ImageError(
    `loadImage: expected the end marker of a JPEG, got the end of the file at byte ${data.length}. The file is truncated: get it again.`,
  );
}

/** Whether a marker starts a frame: SOF0 to SOF15, among which lie DHT, JPG and DAC. */
export function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
