import { ImageError } from '../../core/index.js';
import { isStartOfFrame, readSegment } from './jpeg-segments.js';

/** A JPEG file, and how jimp's decoder is to understand it. */
export interface PlainJpeg {
  readonly bytes: Uint8Array;
  /** Whether three components are RGB, which the decoder takes for YCbCr unless told. */
  readonly storesRgb: boolean;
}

/** Adobe's marker segment with transform 0: CMYK, inverted. */
const adobeCmyk = Uint8Array.of(
  0xff,
  0xee,
  0,
  14,
  ...Array.from('Adobe', (c) => c.charCodeAt(0)),
  0,
  100,
  0,
  0,
  0,
  0,
  0,
);

const ascii = (bytes: Uint8Array, length: number) => String.fromCharCode(...bytes.subarray(0, length));

/** The component numbers of a frame. @throws ImageError for kinds that jimp would decode to wrong pixels. */
function checkFrame(marker: number, payload: Uint8Array, fileLength: number): number[] {
  if (marker > 0xc2) {
    throw new ImageError(
      `loadImage: expected a baseline, extended or progressive JPEG, got frame type SOF${marker - 0xc0}. Save it as baseline JPEG or as PNG.`,
    );
  }
  if (payload[0] !== 8) {
    throw new ImageError(
      `loadImage: expected a JPEG of 8 bits per sample, got ${payload[0]}. Save it as 8-bit JPEG or as PNG.`,
    );
  }
  const count = payload[5] ?? 0;
  const components = Array.from({ length: count }, (_, i) => payload.subarray(6 + 3 * i, 9 + 3 * i));
  const ids = components.map(([id = 0]) => id);
  if (![1, 3, 4].includes(count) || new Set(ids).size < count || payload.length < 6 + 3 * count) {
    throw new ImageError(
      `loadImage: expected 1, 3 or 4 different components in a JPEG frame, got ${ids.join()} in ${payload.length} bytes. The file is damaged: get it again.`,
    );
  }
  const factors = components.map(([, packed = 0]) => [packed >> 4, packed & 15] as const);
  const odd = factors.find(([h, v]) => h < 1 || h > 4 || v < 1 || v > 4);
  if (odd) {
    throw new ImageError(
      `loadImage: expected JPEG sampling factors of 1 to 4, got ${odd.join('×')}. The file is damaged: get it again.`,
    );
  }
  // The decoder would make room for gigabytes of blocks before it finds that there is nothing to fill them with.
  const [, h1 = 0, h0 = 0, w1 = 0, w0 = 0] = payload;
  const pixels = ((h1 << 8) | h0) * ((w1 << 8) | w0);
  const largest = Math.max(...factors.map(([h]) => h)) * Math.max(...factors.map(([, v]) => v));
  const blocks = factors.reduce((sum, [h, v]) => sum + ((pixels / 64) * h * v) / largest, 0);
  const leastBytes = Math.floor(blocks / 8);
  if (fileLength < leastBytes) {
    throw new ImageError(
      `loadImage: expected at least ${leastBytes} bytes, a bit for each block of a JPEG of ${pixels} pixels, got ${fileLength}. The file is damaged: get it again.`,
    );
  }
  return ids;
}

/** The numbers of the quantization tables in a DQT segment. */
function* tableNumbers(payload: Uint8Array): Generator<number> {
  for (let at = 0; at < payload.length; at += payload[at]! >> 4 === 0 ? 65 : 129) yield payload[at]! & 15;
}

/**
 * Prepares a JPEG for jimp's decoder, which guesses colours less well than libjpeg does, and takes what is missing for
 * gray.
 *
 * @throws ImageError where the file lacks its end or a component, or is of a kind that the decoder gets wrong.
 */
export function plainJpeg(bytes: Uint8Array): PlainJpeg {
  const tables = new Set<number>();
  const scanned = new Set<number>();
  let ids: number[] = [];
  let jfif = false;
  let adobeTransform: number | undefined;
  for (let segment = readSegment(bytes, 2); segment; segment = readSegment(bytes, segment.end)) {
    const { marker, payload } = segment;
    if (isStartOfFrame(marker)) ids = checkFrame(marker, payload, bytes.length);
    else if (marker === 0xe0 && ascii(payload, 5) === 'JFIF\0') jfif = true;
    else if (marker === 0xee && ascii(payload, 6) === 'Adobe\0' && payload.length >= 12) adobeTransform = payload[11];
    else if (marker === 0xda) {
      for (let i = 0; i < (payload[0] ?? 0); i++) scanned.add(payload[1 + 2 * i]!);
    } else if (marker === 0xdb) {
      for (const number of tableNumbers(payload)) {
        // The decoder would apply the last table of a number to what was coded with the first.
        if (scanned.size > 0 && tables.has(number)) {
          throw new ImageError(
            `loadImage: expected one quantization table ${number} in a JPEG, got another behind a scan. Save it again as baseline JPEG.`,
          );
        }
        tables.add(number);
      }
    }
  }
  const missing = ids.filter((id) => !scanned.has(id));
  if (ids.length === 0 || missing.length > 0) {
    throw new ImageError(
      `loadImage: expected a JPEG with scans of components ${ids.join() || '1'}, got none of ${missing.join() || 'any'}. The file is damaged: get it again.`,
    );
  }
  // libjpeg's guess: JFIF, then Adobe's marker, then the component numbers.
  const storesRgb =
    ids.length === 3 &&
    !jfif &&
    (adobeTransform === 0 || (adobeTransform === undefined && ascii(Uint8Array.from(ids), 3) === 'RGB'));
  const bareCmyk = ids.length === 4 && adobeTransform === undefined;
  return { bytes: bareCmyk ? withAdobeMarker(bytes) : bytes, storesRgb };
}

/** Pillow takes CMYK for Adobe's without the marker too, where jimp gives up. */
function withAdobeMarker(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + adobeCmyk.length);
  out.set(bytes.subarray(0, 2));
  out.set(adobeCmyk, 2);
  out.set(bytes.subarray(2), 2 + adobeCmyk.length);
  return out;
}
