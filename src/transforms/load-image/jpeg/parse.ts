import { ImageError } from '../../../core/index.js';
import type { ColorModel } from './color.js';
import { type Component, type Frame, zigzag } from './frame.js';
import { HuffmanTable } from './huffman.js';
import type { ScanHeader } from './scan.js';

function damaged(expected: string, got: string): ImageError {
  return new ImageError(`loadImage: expected ${expected}, got ${got}. The JPEG is damaged: get it again.`);
}

/** DQT: adds tables, in natural order, by their number. */
export function readQuantization(payload: Uint8Array, tables: Map<number, Uint16Array>): void {
  for (let at = 0; at < payload.length; ) {
    const spec = payload[at++]!;
    const bytes = spec >> 4 === 0 ? 1 : 2;
    if (at + 64 * bytes > payload.length) {
      throw damaged(`${64 * bytes} bytes of a quantization table`, `${payload.length - at}`);
    }
    const table = new Uint16Array(64);
    for (let k = 0; k < 64; k++, at += bytes) {
      table[zigzag[k]!] = bytes === 1 ? payload[at]! : (payload[at]! << 8) | payload[at + 1]!;
    }
    tables.set(spec & 15, table);
  }
}

/** DHT: adds tables by class (0 DC, 1 AC) · 16 + number. */
export function readHuffman(payload: Uint8Array, tables: Map<number, HuffmanTable>): void {
  for (let at = 0; at < payload.length; ) {
    const counts = payload.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const end = at + 17 + total;
    if (total > 256 || end > payload.length) {
      throw damaged('a Huffman table inside its segment', `${total} symbols in ${payload.length - at} bytes`);
    }
    tables.set(payload[at]!, new HuffmanTable(counts, payload.subarray(at + 17, end)));
    at = end;
  }
}

/** SOF. The caller has checked the number of pixels. */
export function readFrame(marker: number, payload: Uint8Array): Frame {
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
  const height = (payload[1]! << 8) | payload[2]!;
  const width = (payload[3]! << 8) | payload[4]!;
  const count = payload[5]!;
  if (![1, 3, 4].includes(count) || payload.length < 6 + 3 * count) {
    throw damaged('1, 3 or 4 components in a JPEG frame', `${count} in ${payload.length} bytes`);
  }
  const specs = Array.from({ length: count }, (_, i) => payload.subarray(6 + 3 * i, 9 + 3 * i));
  const factors = specs.map((spec) => ({ h: spec[1]! >> 4, v: spec[1]! & 15 }));
  for (const { h, v } of factors) {
    if (h < 1 || h > 4 || v < 1 || v > 4) throw damaged('JPEG sampling factors of 1 to 4', `${h}×${v}`);
  }
  const maxH = Math.max(...factors.map(({ h }) => h));
  const maxV = Math.max(...factors.map(({ v }) => v));
  const unitsAcross = Math.ceil(width / (8 * maxH));
  const unitsDown = Math.ceil(height / (8 * maxV));
  const progressive = marker === 0xc2;
  const components = specs.map((spec, i): Component => {
    const { h, v } = factors[i]!;
    const blocksAcross = unitsAcross * h;
    const blocksDown = unitsDown * v;
    return {
      id: spec[0]!,
      h,
      v,
      width: Math.ceil((width * h) / maxH),
      height: Math.ceil((height * v) / maxV),
      blocksAcross,
      blocksDown,
      quantizationIndex: spec[2]!,
      quantization: undefined,
      dcTable: undefined,
      acTable: undefined,
      prediction: 0,
      seen: false,
      coefficients: progressive ? new Int16Array(blocksAcross * blocksDown * 64) : undefined,
      plane: new Uint8Array(blocksAcross * blocksDown * 64),
    };
  });
  return { progressive, width, height, maxH, maxV, unitsAcross, unitsDown, components };
}

/** SOS: also gives each component the tables that hold from here on. */
export function readScanHeader(
  payload: Uint8Array,
  frame: Frame,
  quantization: Map<number, Uint16Array>,
  huffman: Map<number, HuffmanTable>,
): ScanHeader {
  const count = payload[0] ?? 0;
  if (count < 1 || count > 4 || payload.length < 4 + 2 * count) {
    throw damaged('1 to 4 components in a JPEG scan', `${count} in ${payload.length} bytes`);
  }
  const components = Array.from({ length: count }, (_, i) => {
    const id = payload[1 + 2 * i]!;
    const tables = payload[2 + 2 * i]!;
    const component = frame.components.find((candidate) => candidate.id === id);
    if (!component) throw damaged(`a scan of components ${frame.components.map((c) => c.id)}`, `component ${id}`);
    component.dcTable = huffman.get(tables >> 4);
    component.acTable = huffman.get(16 + (tables & 15));
    // The table that counts is the one at a component's first scan; the file may redefine its number later.
    component.quantization ??= quantization.get(component.quantizationIndex);
    if (!component.quantization) throw damaged(`quantization table ${component.quantizationIndex}`, 'none');
    component.seen = true;
    return component;
  });
  const [spectralStart = 0, spectralEnd = 0, approximation = 0] = payload.subarray(1 + 2 * count);
  if (frame.progressive && (spectralEnd > 63 || spectralStart > spectralEnd || (spectralStart > 0 && count > 1))) {
    throw damaged('a JPEG scan of coefficients 0 to 63', `${spectralStart} to ${spectralEnd} of ${count} components`);
  }
  return { components, spectralStart, spectralEnd, previousLow: approximation >> 4, low: approximation & 15 };
}

/** libjpeg's guess of what the components mean: JFIF, then Adobe's marker, then the component numbers. */
export function colorModel(frame: Frame, jfif: boolean, adobeTransform: number | undefined): ColorModel {
  if (frame.components.length === 1) return 'gray';
  if (frame.components.length === 4) return adobeTransform === undefined || adobeTransform === 0 ? 'cmyk' : 'ycck';
  if (jfif) return 'ycc';
  if (adobeTransform !== undefined) return adobeTransform === 0 ? 'rgb' : 'ycc';
  const ids = String.fromCharCode(...frame.components.map(({ id }) => id));
  return ids === 'RGB' ? 'rgb' : 'ycc';
}
