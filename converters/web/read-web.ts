import { CheckpointError, type Folder, type NumericArray, place, sizeOf, type Values } from '../../src/core/index.js';
import { decodeEntry } from './decode.js';
import { MANIFEST_NAME, storedWidth } from './manifest.js';
import { type ParsedManifest, type PlacedEntry, parseManifest, type WebTensor } from './parse-manifest.js';

/** A manifest of more is none. */
const MAX_MANIFEST = 32 * 2 ** 20;

/** Shards that are on their way at once. */
const PARALLEL = 6;

/** A web folder whose manifest has been read. */
export interface WebFolder extends ParsedManifest {
  readonly folder: Folder;
}

/** What has come of a tensor. */
export interface WebValues extends Values {
  readonly tensor: WebTensor;
  /** Whether the tensor is whole with it. */
  readonly isLast: boolean;
}

/** @throws CheckpointError unless the folder has a manifest that can be believed */
export async function openWebFolder(folder: Folder): Promise<WebFolder> {
  const bytes = await folder.read(MANIFEST_NAME);
  const label = `${folder.label}${MANIFEST_NAME}`;
  if (bytes.length > MAX_MANIFEST) {
    throw new CheckpointError(
      `${label}: expected a manifest of at most ${MAX_MANIFEST} bytes, got ${bytes.length}. Check the address.`,
    );
  }
  return { ...parseManifest(new TextDecoder().decode(bytes), label), folder };
}

/**
 * Reads all shards once, several at a time, and gives the tensors' values as they come, in the order in which they lie there.
 * @param onBytes called with the bytes of each piece that comes
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

  function* take(): Generator<WebValues> {
    for (; next < entries.length; next++) {
      const { tensor, entry } = entries[next]!;
      const width = storedWidth(entry);
      // Whole elements: one may lie in two shards.
      const length = Math.floor(Math.min(rest.length, entry.end - position) / width) * width;
      // Copied, which the slice of a Buffer would not be.
      const values = decodeEntry(entry, new Uint8Array(rest.subarray(0, length)));
      const first = (position - entry.begin) / width;
      position += length;
      rest = rest.subarray(length);
      const isWhole = position === entry.end;
      const parts = runsOf(tensor, entry, values, first);
      const isLast = isWhole && entry === tensor.entries.at(-1);
      for (const [i, part] of parts.entries()) yield { tensor, ...part, isLast: isLast && i === parts.length - 1 };
      if (!isWhole) return;
    }
  }

  const coming: Promise<Uint8Array<ArrayBuffer>>[] = [];
  const stopped = new AbortController();
  const { signal } = stopped;
  const ask = (index: number) => {
    const shard = shards[index];
    if (!shard) return;
    const reading = folder.read(shard.path, { ...shard, onBytes, signal });
    reading.catch(() => {}); // whoever awaits it hears of it
    coming.push(reading);
  };
  try {
    for (let i = 0; i < PARALLEL; i++) ask(i);
    for (let i = 0; i < shards.length; i++) {
      const bytes = await coming.shift()!;
      ask(i + PARALLEL);
      rest = rest.length > 0 ? joined(rest, bytes) : bytes;
      yield* take();
    }
    yield* take(); // tensors without elements
  } finally {
    stopped.abort(); // what is still on its way has become of no use
  }
}

/** Where the elements of an entry belong, from the `first` on: at most a part of a row, rows, and a part again. */
function runsOf(tensor: WebTensor, { shape, checkpoint }: PlacedEntry, values: NumericArray, first: number): Values[] {
  const block = checkpoint?.block;
  if (!block) return [{ values, offset: first, run: values.length, stride: values.length }];
  const run = shape.at(-1)!;
  const stride = tensor.memoryShape.at(-1)!;
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

/** Reads one tensor by itself, as it lies in memory. */
export async function readTensor(
  tensor: WebTensor,
  read: (begin: number, end: number) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<NumericArray> {
  const parts: Values[] = [];
  for (const entry of tensor.entries) {
    const values = decodeEntry(entry, await read(entry.begin, entry.end));
    if (tensor.entries.length === 1 && !entry.checkpoint?.block) return values;
    parts.push(...runsOf(tensor, entry, values, 0));
  }
  const target = new Float32Array(sizeOf(tensor.memoryShape));
  for (const part of parts) place(part, target);
  return target;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
