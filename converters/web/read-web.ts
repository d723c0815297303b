import {
  CheckpointError,
  type Folder,
  inverseOf,
  type NumericArray,
  place,
  sizeOf,
  transpose,
  type Values,
} from '../../src/core/index.js';
import { decodeEntry, makeScratch } from './decode.js';
import { MANIFEST_NAME, storedWidth } from './manifest.js';
import { type ParsedManifest, type PlacedEntry, parseManifest, SHARD_BYTES, type WebTensor } from './parse-manifest.js';

/** A manifest of more is none. */
const MAX_MANIFEST = 32 * 2 ** 20;

/** Elements that are decoded at a time. */
const PIECE = 2 ** 18;

/** Shards that are on their way at once. */
const PARALLEL = 6;

/**
 * A web folder whose manifest has been read.
 * @internal
 */
export interface WebFolder extends ParsedManifest {
  readonly folder: Folder;
}

/**
 * What has come of a tensor. The values are there until the next are asked for.
 * @internal
 */
export interface WebValues extends Values {
  readonly tensor: WebTensor;
  /** Whether the tensor is whole with it. */
  readonly isLast: boolean;
}

/**
 * @throws CheckpointError unless the folder has a manifest that can be believed
 * @internal
 */
export async function openWebFolder(folder: Folder): Promise<WebFolder> {
  const label = `${folder.label}${MANIFEST_NAME}`;
  const parse = (bytes: Uint8Array) => {
    if (bytes.length > MAX_MANIFEST) {
      throw new CheckpointError(
        `${label}: expected a manifest of at most ${MAX_MANIFEST} bytes, got ${bytes.length}. Check the address.`,
      );
    }
    return parseManifest(new TextDecoder().decode(bytes), label);
  };
  // Parsed before a cache keeps it, and again for what came.
  return { ...parse(await folder.read(MANIFEST_NAME, { check: parse })), folder };
}

/**
 * Reads all shards once, several at a time, and gives the tensors' values as they come, in the order in which they lie there.
 * @param onBytes called with the bytes of each piece that comes
 * @internal
 */
export async function* readInOrder(
  { folder, shards, tensors }: WebFolder,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<WebValues> {
  const entries = [...tensors.values()]
    .flatMap((tensor) => tensor.entries.map((entry) => ({ tensor, entry })))
    .sort((a, b) => a.entry.begin - b.entry.begin || a.entry.end - b.entry.end);
  let next = 0;
  let position = 0;
  let rest: Uint8Array<ArrayBuffer> = new Uint8Array();
  const scratch = makeScratch(PIECE);

  function* take(): Generator<WebValues> {
    while (next < entries.length) {
      const { tensor, entry } = entries[next]!;
      const width = storedWidth(entry);
      // Whole elements: one may lie in two shards.
      const count = Math.min(PIECE, Math.floor(Math.min(rest.length, entry.end - position) / width));
      const values = decodeEntry(entry, rest.subarray(0, count * width), scratch);
      const first = (position - entry.begin) / width;
      position += count * width;
      rest = rest.subarray(count * width);
      const isWhole = position === entry.end;
      const isLast = isWhole && entry === tensor.entries.at(-1);
      const parts = runsOf(tensor, entry, values, first);
      for (const [i, part] of parts.entries()) yield { tensor, ...part, isLast: isLast && i === parts.length - 1 };
      if (isWhole) next++;
      else if (count === 0) return;
    }
  }

  // Memory that shards share one after the other, for a page frees late what it does not need any more.
  const longest = shards.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const size = Math.min(SHARD_BYTES, longest);
  const memories = Array.from({ length: Math.min(PARALLEL, shards.length) }, () => new Uint8Array(size));
  const coming: Promise<Uint8Array<ArrayBuffer>>[] = [];
  const stopped = new AbortController();
  const { signal } = stopped;
  const ask = (index: number) => {
    const shard = shards[index];
    if (!shard) return;
    const into = memories[index % PARALLEL];
    const reading = folder.read(shard.path, { ...shard, onBytes, signal, into });
    reading.catch(() => {}); // whoever awaits it hears of it
    coming.push(reading);
  };
  try {
    for (let i = 0; i < PARALLEL; i++) ask(i);
    for (let i = 0; i < shards.length; i++) {
      const bytes = await coming.shift()!;
      // What lies in two shards is put together by itself: the element, not the shard, is copied.
      const split = rest.length > 0 ? storedWidth(entries[next]!.entry) - rest.length : 0;
      if (split > 0) {
        rest = joined(rest, bytes.subarray(0, split));
        yield* take();
      }
      rest = rest.length > 0 ? joined(rest, bytes.subarray(split)) : bytes.subarray(split);
      yield* take();
      rest = rest.slice();
      ask(i + PARALLEL);
    }
    yield* take(); // tensors without elements
  } finally {
    stopped.abort(); // what is still on its way has become of no use
  }
}

/** Where the elements of an entry belong, from the `first` on: at most a part of a row, rows, and a part again. */
function runsOf(
  { memoryShape }: Pick<WebTensor, 'memoryShape'>,
  { shape, checkpoint }: PlacedEntry,
  values: NumericArray,
  first: number,
): Values[] {
  const block = checkpoint?.block;
  if (!block) return [{ values, offset: first, run: values.length, stride: values.length }];
  const run = shape.at(-1)!;
  const stride = memoryShape.at(-1)!;
  const cuts = [0, (run - (first % run)) % run, values.length - ((first + values.length) % run), values.length];
  const parts: Values[] = [];
  for (let i = 0, from = 0; i < 3; i++) {
    const to = Math.min(Math.max(cuts[i + 1]!, from), values.length);
    if (to === from) continue;
    const at = first + from;
    const offset = Math.floor(at / run) * stride + block.begin + (at % run);
    parts.push({ values: values.subarray(from, to), offset, run, stride });
    from = to;
  }
  return parts;
}

/** Numbers that are brought from one order into the other at a time. */
const BAND = 2 ** 20;

/** Reads one tensor by itself, as a checkpoint has it: part by part, so that memory never holds it in both orders. */
export async function readTensor(
  { shape, permutation, entries }: WebTensor,
  read: (begin: number, end: number) => Promise<Uint8Array<ArrayBuffer>>,
  label: string,
): Promise<NumericArray> {
  let target: NumericArray | undefined;
  for (const entry of entries) {
    for (const { axis, begin, count, from, to } of partsOf(entry, permutation)) {
      const bytes = await read(from, to);
      const stored = decodeEntry(entry, bytes, makeScratch(bytes.length / storedWidth(entry)));
      const partShape = shape.map((size, i) => (i === axis ? count : size));
      const values = permutation
        ? transpose(
            stored,
            permutation.map((i) => partShape[i]!),
            inverseOf(permutation),
          )
        : stored;
      if (count === (shape[axis] ?? 1)) return values;
      target ??= arrayLike(values, label, sizeOf(shape));
      const inner = sizeOf(shape.slice(axis + 1));
      place({ values, offset: begin * inner, run: count * inner, stride: shape[axis]! * inner }, target);
    }
  }
  return target!;
}

/** `count` indices of a checkpoint's axis, `begin` the first, and where their bytes lie. */
interface Part {
  readonly axis: number;
  readonly begin: number;
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** A block is one part; a whole tensor is cut where its rows in memory end. */
function* partsOf(entry: PlacedEntry, permutation: WebTensor['permutation']): Generator<Part> {
  const { shape, checkpoint, begin: start, end } = entry;
  const block = checkpoint?.block;
  if (block) {
    const last = shape.length - 1;
    yield { axis: permutation?.[last] ?? last, begin: block.begin, count: shape[last]!, from: start, to: end };
    return;
  }
  const rows = shape[0] ?? 1;
  const axis = permutation?.[0] ?? 0;
  const row = sizeOf(shape.slice(1));
  const atOnce = permutation ? Math.max(1, Math.floor(BAND / Math.max(1, row))) : Math.max(1, rows);
  for (let begin = 0; begin === 0 || begin < rows; begin += atOnce) {
    const count = Math.min(atOnce, rows - begin);
    const from = start + begin * row * storedWidth(entry);
    yield { axis, begin, count, from, to: from + count * row * storedWidth(entry) };
  }
}

function arrayLike(values: NumericArray, label: string, length: number): NumericArray {
  const { buffer } = allocate(label, length * values.BYTES_PER_ELEMENT);
  return new (values.constructor as new (buffer: ArrayBuffer) => NumericArray)(buffer);
}

/** Memory that is not taken until it is written. */
export function allocate(label: string, bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new CheckpointError(
      `${label}: expected tensors that fit one array, got one of ${bytes} bytes. Leave it out.`,
      { cause },
    );
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
