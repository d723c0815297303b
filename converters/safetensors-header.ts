import { CheckpointError } from '../src/core/index.js';
import { MemoryBudget } from './limits.js';
import { describe, quote } from './pickle/objects.js';
import { type Json, JsonNumber, readJson } from './safetensors-json.js';

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
  ['F8_E4M3FNUZ', { name: 'float8_e4m3fnuz', bits: 8 }],
  ['F8_E5M2FNUZ', { name: 'float8_e5m2fnuz', bits: 8 }],
  ['F8_E8M0', { name: 'float8_e8m0fnu', bits: 8 }],
  ['F6_E2M3', { name: 'float6_e2m3', bits: 6 }],
  ['F6_E3M2', { name: 'float6_e3m2', bits: 6 }],
  ['F4', { name: 'float4_e2m1fn', bits: 4 }],
]);

function damaged(message: string): CheckpointError {
  return new CheckpointError(`Safetensors: ${message}. The file is damaged: fetch it again.`);
}

function isCounts(value: Json | undefined): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

/** A value of the header on one short line. */
function brief(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.slice(0, 16).map(brief).join(', ').slice(0, 200)}]`;
  return value instanceof JsonNumber ? `number ${quote(value.text)}` : describe(value);
}

/** The elements of a shape; as in the library, no product on the way may be beyond 64 bits, whatever is 0 behind it. */
function numelOf(shape: readonly number[]): number {
  let numel = 1n;
  for (const dim of shape) {
    numel *= BigInt(dim);
    if (numel >= 2n ** 64n) return Number.POSITIVE_INFINITY;
  }
  return Number(numel);
}

function parseEntry(name: string, value: Json): SafetensorsEntry {
  const [dtype, shape, offsets] = ['dtype', 'shape', 'data_offsets'].map((field) =>
    value instanceof Map ? value.get(field) : undefined,
  );
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw damaged(
      `expected dtype (a text), shape and data_offsets (whole numbers of at least 0) of ${quote(name)}, got ` +
        `${brief(dtype)}, ${brief(shape)} and ${brief(offsets)}`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const known = dtypes.get(dtype);
  const length = known ? (numelOf(shape) * known.bits) / 8 : end - begin;
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
  const header = readJson(bytes, new MemoryBudget(bytes.length + dataLength));
  if (!(header instanceof Map)) throw damaged(`expected a header that is a JSON object, got ${brief(header)}`);
  const given = header.get('__metadata__') ?? new Map<string, Json>();
  header.delete('__metadata__');
  const entries = [...header].map(([name, value]) => parseEntry(name, value));
  checkCoverage(entries, dataLength);

  if (!(given instanceof Map)) throw damaged(`expected __metadata__ of texts, got ${brief(given)}`);
  const metadata: Record<string, string> = Object.create(null);
  for (const [key, value] of given) {
    if (typeof value !== 'string')
      throw damaged(`expected __metadata__ of texts, got ${brief(value)} for ${quote(key)}`);
    metadata[key] = value;
  }
  return { entries, metadata };
}
