import { ImageError } from '../../../core/index.js';
import type { RGBImage } from '../../image.js';
import { rowConverters } from './color.js';
import type { Frame } from './frame.js';
import type { HuffmanTable } from './huffman.js';
import { inverseDct } from './idct.js';
import { colorModel, readFrame, readHuffman, readQuantization, readScanHeader } from './parse.js';
import { decodeScan } from './scan.js';
import { isStartOfFrame, readSegment } from './segments.js';
import { upsampler } from './upsample.js';

const ascii = (bytes: Uint8Array, length: number) => String.fromCharCode(...bytes.subarray(0, length));

/** Turns the coefficients that progressive scans have gathered into samples. */
function finishProgressive(frame: Frame): void {
  for (const { coefficients, quantization, plane, blocksAcross, blocksDown } of frame.components) {
    if (!coefficients) continue;
    const stride = blocksAcross * 8;
    for (let block = 0; block < blocksAcross * blocksDown; block++) {
      const row = Math.trunc(block / blocksAcross);
      const out = row * 8 * stride + (block % blocksAcross) * 8;
      inverseDct(coefficients, block * 64, quantization!, plane, out, stride);
    }
  }
}

/**
 * Decodes a JPEG as libjpeg does with its default settings, so that pixels equal Pillow's bit for bit.
 *
 * jimp's own decoder (jpeg-js) repeats chroma samples instead of interpolating them, which is off by up to dozens of
 * levels at coloured edges of 4:2:0 photographs, and keeps an object per block, which large photographs cannot afford.
 *
 * @throws ImageError where the file is damaged, or arithmetic-coded, lossless or of more than 8 bits.
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export function decodeJpeg(data: Uint8Array): RGBImage {
  const quantization = new Map<number, Uint16Array>();
  const huffman = new Map<number, HuffmanTable>();
  let frame: Frame | undefined;
  let restartInterval = 0;
  let jfif = false;
  let adobeTransform: number | undefined;

  let position = 2;
  const complete = () => frame !== undefined && !frame.progressive && frame.components.every(({ seen }) => seen);
  // A sequential file is whole once each component has been seen, whether its end marker is there or not.
  while (!complete()) {
    const segment = readSegment(data, position);
    if (!segment) break;
    const { marker, payload, end } = segment;
    position = end;
    if (marker === 0xdb) readQuantization(payload, quantization);
    else if (marker === 0xc4) readHuffman(payload, huffman);
    else if (marker === 0xdd) restartInterval = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
    else if (marker === 0xe0 && ascii(payload, 5) === 'JFIF\0') jfif = true;
    else if (marker === 0xee && ascii(payload, 5) === 'Adobe' && payload.length >= 12) adobeTransform = payload[11];
    else if (isStartOfFrame(marker)) {
      if (frame) {
        throw new ImageError('loadImage: expected one frame in a JPEG, got a second one. Save it as baseline JPEG.');
      }
      frame = readFrame(marker, payload);
    } else if (marker === 0xda && frame) {
      const scan = readScanHeader(payload, frame, quantization, huffman);
      position = decodeScan(data, position, frame, scan, restartInterval);
    }
  }
  if (!frame?.components.every(({ seen }) => seen)) {
    throw new ImageError(
      `loadImage: expected a JPEG with a frame and scans of all its components, got its end at byte ${position}. The file is damaged: get it again.`,
    );
  }
  finishProgressive(frame);
  return toRgb(frame, rowConverters[colorModel(frame, jfif, adobeTransform)]);
}

function toRgb(frame: Frame, convert: (typeof rowConverters)['rgb']): RGBImage {
  const { width, height } = frame;
  const data = new Uint8Array(width * height * 3);
  const readers = frame.components.map((component) => upsampler(frame, component));
  // One more, for doubling an odd half gives one sample too many.
  const rows = readers.map(() => new Uint8Array(width + 1));
  for (let y = 0; y < height; y++) {
    readers.forEach((read, i) => {
      read(y, rows[i]!);
    });
    convert(rows, width, data, y * width * 3);
  }
  return { width, height, data };
}
