import { CheckpointError } from '../src/core/index.js';
import { MemoryBudget } from './limits.js';
import { describe, quote } from './pickle/objects.js';

/** One tensor of a safetensors header; offsets count from the end of the header. */
export interface SafetensorsEntry {
  readonly name: string;
  /** By PyTorch's name where it has one, else the file's in lower case. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of the header. */
  readonly entries: SafetensorsEntry[];
  readonly metadata: Record<string, string>;
}

/** The format's names: PyTorch's name, and the bits of an element. */
const dtypes: ReadonlyMap<string, { readonly name: string; readonly bits: number }> = new Map([
  ['F64', { name: 'float64', bits: 64 }],
  ['F32', { name: 'float32', bits: 32 }],
  ['F16', { name: 'float16', bits: 16 }],
  ['BF16', { name: 'bfloat16', bits: 16 }],
  ['I64', { name: 'int64', bits: 64 }],
  ['I32', { name: 'int32', bits: 32 }],
  ['I16', { name: 'int16', bits: 16 }],
  ['I8', { name: 'int8', bits: 8 }],
  ['U8', { name: 'uint8', bits: 8 }],
  ['BOOL', { name: 'bool', bits: 8 }],
  ['U64', { name: 'uint64', bits: 64 }],
  ['U32', { name: 'uint32', bits: 32 }],
  ['U16', { name: 'uint16', bits: 16 }],
  ['C64', { name: 'complex64', bits: 64 }],
  ['F8_E4M3', { name: 'float8_e4m3fn', bits: 8 }],
  ['F8_E5M2', { name: 'float8_e5m2', bits: 8 }],
  ['F8_E8M0', { name: 'float8_e8m0fnu', bits: 8 }],
  ['F6_E2M3', { name: 'float6_e2m3', bits: 6 }],
  ['F6_E3M2', { name: 'float6_e3m2', bits: 6 }],
  ['F4', { name: 'float4_e2m1fn', bits: 4 }],
]);

function damaged(message: string): CheckpointError {
  return new CheckpointError(`Safetensors: ${message}. The file is damaged: fetch it again.`);
}

/** Names, dtypes, shapes: `{ name: { shape: [ … ] } }`. */
const maxDepth = 3;

/** What a value of the header takes in memory; a tensor has some ten. */
const bytesPerValue = 64;

/** Bounds what JSON.parse can make of the text, which may be all brackets: counts the values, whether it is JSON or not. */
function checkJsonSize(bytes: Uint8Array, budget: MemoryBudget): void {
  let depth = 0;
  let values = 0;
  let isText = false;
  for (let i = 0; i < bytes.length; i++) {
    const character = bytes[i];
    if (isText && character === 0x5c) i++;
    else if (character === 0x22) isText = !isText;
    else if (isText) continue;
    else if (character === 0x2c) values++;
    else if (character === 0x7b || character === 0x5b) {
      values++;
      if (++depth > maxDepth) throw damaged(`expected a header nested ${maxDepth} deep, got more at byte ${8 + i}`);
    } else if (character === 0x7d || character === 0x5d) depth--;
  }
  budget.charge(2 * bytes.length + values * bytesPerValue);
}

/** JSON.parse keeps the last of two equal keys and moves keys like "0" to the front, so keys are read from the text. */
function topLevelKeys(json: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === '"') {
      const start = i;
      for (i++; json[i] !== '"'; i++) if (json[i] === '\\') i++;
      // At depth 1 every string is a key: the values there are objects.
      if (depth === 1) keys.push(JSON.parse(json.slice(start, i + 1)) as string);
    }
  }
  return keys;
}

function parseJson(bytes: Uint8Array): Record<string, unknown> & { readonly keys?: never } {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new CheckpointError(
      `Safetensors: expected a header of JSON, got other text (${quote((cause as Error).message)}). ` +
        'The file is damaged: fetch it again.',
      { offset: 8, cause },
    );
  }
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value of the header on one short line; it may nest deeper than JSON.stringify can go. */
function brief(value: unknown): string {
  return Array.isArray(value) ? `[${value.slice(0, 16).map(describe).join(', ')}]` : describe(value);
}

function parseEntry(name: string, value: unknown): SafetensorsEntry {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw damaged(
      `expected dtype (a text), shape and data_offsets (whole numbers of at least 0) of ${quote(name)}, got ` +
        `${brief(dtype)}, ${brief(shape)} and ${brief(offsets)}`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const known = dtypes.get(dtype);
  const numel = shape.includes(0) ? 0 : shape.reduce((product, dim) => product * dim, 1);
  const length = known ? (numel * known.bits) / 8 : end - begin;
  if (begin > end || length !== end - begin) {
    throw damaged(
      `expected ${length} bytes for ${quote(name)} (${dtype} of shape [${shape.slice(0, 16).join(', ')}]), got data_offsets [${begin}, ${end}]`,
    );
  }
  return { name, dtype: known?.name ?? dtype.toLowerCase(), shape, begin, end };
}

/** The tensors must cover the data without gap or overlap, so that no byte has two meanings or none. */
function checkCoverage(entries: readonly SafetensorsEntry[], dataLength: number): void {
  let expected = 0;
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== expected) {
      throw damaged(`expected the data of ${quote(entry.name)} to start at byte ${expected}, got ${entry.begin}`);
    }
    expected = entry.end;
  }
  if (expected !== dataLength) throw damaged(`expected ${expected} bytes of tensor data, got ${dataLength}`);
}

/**
 * Parses and checks a safetensors header.
 *
 * @param dataLength - Bytes of the file behind the header.
 * @see https://github.com/huggingface/safetensors#format
 */
export function parseSafetensorsHeader(bytes: Uint8Array, dataLength: number): SafetensorsHeader {
  checkJsonSize(bytes, new MemoryBudget(bytes.length + dataLength));
  const header = parseJson(bytes);
  if (!isObject(header)) throw damaged(`expected a header that is a JSON object, got ${typeof header}`);
  const keys = topLevelKeys(new TextDecoder().decode(bytes));
  const unique = new Set(keys);
  for (const key of keys) {
    if (!unique.delete(key)) throw damaged(`expected each name once, got ${quote(key)} twice`);
  }
  const entries = keys.filter((key) => key !== '__metadata__').map((name) => parseEntry(name, header[name]));
  checkCoverage(entries, dataLength);

  const metadata: Record<string, string> = Object.create(null);
  const given = Object.hasOwn(header, '__metadata__') ? header.__metadata__ : {};
  if (!isObject(given)) throw damaged('expected __metadata__ of texts, got another value');
  for (const [key, value] of Object.entries(given)) {
    if (typeof value !== 'string')
      throw damaged(`expected __metadata__ of texts, got ${typeof value} for ${quote(key)}`);
    metadata[key] = value;
  }
  return { entries, metadata };
}
