import { ImageError } from '../../core/index.js';
import { isStartOfFrame, readSegment } from './jpeg-segments.js';

type ImageFormat = 'jpeg' | 'png' | 'gif' | 'bmp';

/** What the first bytes of an image file say; the size is that of the stored pixels, before any EXIF rotation. */
export interface ImageHeader<Format extends string = ImageFormat> {
  readonly format: Format;
  readonly width: number;
  readonly height: number;
}

export const supportedFormats = 'JPEG, PNG, GIF and BMP';

/** Pillow refuses pictures beyond twice its `MAX_IMAGE_PIXELS`; so few bytes can claim so much memory. */
export const maxPixels = 2 * 89_478_485;

export function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

/** What a file that no decoder here reads seems to be, from its first bytes. */
function describe(bytes: Uint8Array): string {
  const text = ascii(bytes, 0, 64);
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'WebP';
  if (text.startsWith('ftyp', 4)) return /^(avif|avis)/.test(text.slice(8)) ? 'AVIF' : 'HEIC or another ISO media file';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'TIFF';
  if (/^(\uFEFF|\xEF\xBB\xBF)?\s*<(!doctype|html|\?xml|svg)/i.test(text)) return 'an HTML, XML or SVG text';
  if (text.startsWith('%PDF')) return 'PDF';
  const hex = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${bytes.length} bytes that start with ${hex}`;
}

/** Format and size of an image file, or undefined where the bytes are of no format that is known here. */
function sniff(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) {
    let segment = readSegment(bytes, 2);
    while (segment && !isStartOfFrame(segment.marker)) segment = readSegment(bytes, segment.end);
    const [, h1 = 0, h0 = 0, w1 = 0, w0 = 0] = segment?.payload ?? [];
    return { format: 'jpeg', width: (w1 << 8) | w0, height: (h1 << 8) | h0 };
  }
  // Its first byte is no ASCII, which a bundle that is read in another encoding would spoil.
  if (bytes[0] === 0x89 && ascii(bytes, 1, 7) === 'PNG\r\n\x1a\n' && bytes.length >= 24) {
    return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (/^GIF8[79]a/.test(ascii(bytes, 0, 6)) && bytes.length >= 10) {
    return { format: 'gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (ascii(bytes, 0, 2) === 'BM' && bytes.length >= 26) {
    // The oldest header, of 12 bytes, has sizes of 16 bits. A negative height means rows from the top.
    if (view.getUint32(14, true) === 12) {
      return { format: 'bmp', width: view.getUint16(18, true), height: view.getUint16(20, true) };
    }
    return { format: 'bmp', width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
  }
  return undefined;
}

/**
 * Reads format and size, so that nothing large is allocated for a file that merely claims to be large.
 *
 * @throws ImageError for empty files, unknown formats, empty pictures and those beyond Pillow's limit.
 */
export function readHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length === 0) {
    throw new ImageError(`loadImage: expected an image (${supportedFormats}), got 0 bytes. Check the source.`);
  }
  const header = sniff(bytes);
  if (!header) {
    throw new ImageError(
      `loadImage: expected an image (${supportedFormats}), got ${describe(bytes)}. Convert it to PNG or JPEG.`,
    );
  }
  expectSize(header);
  return header;
}

/** @throws ImageError for empty pictures and those beyond Pillow's limit. */
export function expectSize({ format, width, height }: ImageHeader<string>): void {
  if (width < 1 || height < 1) {
    throw new ImageError(
      `loadImage: expected a ${format.toUpperCase()} with pixels, got a size of ${width}×${height}. The file is damaged: get it again.`,
    );
  }
  if (width * height > maxPixels) {
    throw new ImageError(
      `loadImage: expected at most ${maxPixels} pixels, got ${width}×${height}. Scale the picture down first.`,
    );
  }
}
