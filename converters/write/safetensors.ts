import { CheckpointError, type DType } from '../../src/core/index.js';
import { writeTo } from '../sinks/open.js';
import type { CheckpointTarget, Encoding, WriteOptions } from '../sinks/sink.js';
import { describeForeign, isPlainObject, isWellFormed, Problems, pathTo } from './problems.js';
import { bytesOnDemand, fileSizeOf } from './tensor-bytes.js';
import { problemOf, type WritableTensor } from './tensor-problem.js';

export interface SafetensorsOptions extends WriteOptions {
  /** Texts to keep with the tensors, as `__metadata__`. `format: 'pt'`, which transformers asks for, is there unless overridden. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** The format's bound on its header. */
const maxHeaderLength = 100_000_000;

/** The format's names, in the order in which the library lays tensors out: wide elements first, so that all are aligned. */
const dtypeCodes: readonly (readonly [DType, string])[] = [
  ['int64', 'I64'],
  ['float64', 'F64'],
  ['float32', 'F32'],
  ['int32', 'I32'],
  ['bfloat16', 'BF16'],
  ['float16', 'F16'],
  ['int16', 'I16'],
  ['int8', 'I8'],
  ['uint8', 'U8'],
  ['bool', 'BOOL'],
];
const codeOf = new Map(dtypeCodes);
const rankOf = new Map(dtypeCodes.map(([dtype], index) => [dtype, index]));

const who = 'writeSafetensors';

function checkTensors(stateDict: ReadonlyMap<string, WritableTensor>): void {
  const problems = new Problems();
  if (stateDict instanceof Map) {
    for (const [name, tensor] of stateDict) {
      const path = pathTo('', name);
      if (typeof name !== 'string') problems.add(path, `${describeForeign(name)} as name`);
      else if (name === '__metadata__') problems.add(path, 'a tensor under the name that the format keeps for texts');
      else if (!isWellFormed(name)) problems.add(path, 'half of a surrogate pair in the name');
      const problem = problemOf(tensor);
      if (problem !== undefined) problems.add(path, problem);
    }
  } else {
    problems.add('', describeForeign(stateDict));
  }
  problems.throwIfAny(
    who,
    'a state dict (a Map from names to tensors { dtype, shape, data })',
    'Correct that, and write again: nothing was written.',
  );
}

function checkMetadata(metadata: Readonly<Record<string, unknown>>): void {
  const problems = new Problems();
  const isObject = typeof metadata === 'object' && metadata !== null && isPlainObject(metadata);
  if (!isObject) problems.add('metadata', describeForeign(metadata));
  for (const [key, text] of Object.entries(isObject ? metadata : {})) {
    if (typeof text !== 'string') problems.add(pathTo('metadata', key), describeForeign(text));
    else if (!isWellFormed(key + text)) problems.add(pathTo('metadata', key), 'half of a surrogate pair');
  }
  problems.throwIfAny(who, 'metadata of texts', 'The format has no other: write numbers as texts, all else as JSON.');
}

/** By bytes of UTF-8, which is by code points: JavaScript's own order puts characters beyond U+FFFF too early. */
function compareNames(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  const lows = [a, b].map((name) => name.codePointAt(i) ?? -1) as [number, number];
  return lows[0] - lows[1];
}

function encodeHeader(
  tensors: readonly [string, WritableTensor][],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let end = 0;
  const entries = tensors.map(([name, tensor]) => {
    const begin = end;
    end += fileSizeOf(tensor);
    const entry = { dtype: codeOf.get(tensor.dtype), shape: tensor.shape, data_offsets: [begin, end] };
    return `${JSON.stringify(name)}:${JSON.stringify(entry)}`;
  });
  // Joined as text, for an object would move keys like "0" to the front.
  const json = new TextEncoder().encode(`{${[`"__metadata__":${JSON.stringify(metadata)}`, ...entries].join(',')}}`);
  const length = Math.ceil(json.length / 8) * 8;
  if (length > maxHeaderLength) {
    throw new CheckpointError(
      `${who}: expected a header of at most ${maxHeaderLength} bytes, got ${length} for ${tensors.length} tensors. ` +
        'Shorten the names or the metadata, or write several files.',
    );
  }
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}

/** Lays a state dict out as the safetensors library does, byte for byte. */
function encode(stateDict: ReadonlyMap<string, WritableTensor>, metadata: Readonly<Record<string, string>>): Encoding {
  const tensors = [...stateDict].sort(
    ([nameA, a], [nameB, b]) => rankOf.get(a.dtype)! - rankOf.get(b.dtype)! || compareNames(nameA, nameB),
  );
  const header = encodeHeader(tensors, metadata);
  return {
    size: tensors.reduce((size, [, tensor]) => size + fileSizeOf(tensor), header.length),
    async *chunks() {
      yield header;
      for (const [, tensor] of tensors) yield* bytesOnDemand(tensor);
    },
  };
}

/**
 * Writes a state dict as a safetensors file, which `safetensors.torch.load_file` opens bit for bit.
 *
 * Without a target the bytes are returned. A path (Node) is written beside its place and moved there when it is whole, so
 * a failure leaves what was there; a stream is closed at the end, and aborted on failure. Neither holds a second copy of
 * the tensors. The file is the one that the safetensors library writes: tensors by the width of their dtype, then by name.
 *
 * A tensor may be unread, `{ dtype, shape, read }`: it is read when its turn comes, so that memory holds one at a time.
 *
 * float16 and bfloat16 tensors are narrowed from their Float32Array: what was read comes back exactly, anything else is rounded
 * as PyTorch's `.half()` and `.bfloat16()` do. A tensor under two names is written twice.
 *
 * @throws CheckpointError that names every entry that cannot be written, before anything is; and when the target cannot be
 * @see https://github.com/huggingface/safetensors#format
 * @example
 * const net = new nn.Linear(4, 2);
 * await writeSafetensors(await net.stateDict(), 'net.safetensors');
 * const bytes = await writeSafetensors(await net.stateDict());
 * console.log((await readCheckpoint(bytes)).stateDict.get('weight')?.shape); // [2, 4]
 */
export async function writeSafetensors(
  stateDict: ReadonlyMap<string, WritableTensor>,
  target?: undefined,
  options?: SafetensorsOptions,
): Promise<Uint8Array<ArrayBuffer>>;
export async function writeSafetensors(
  stateDict: ReadonlyMap<string, WritableTensor>,
  target: CheckpointTarget,
  options?: SafetensorsOptions,
): Promise<void>;
export async function writeSafetensors(
  stateDict: ReadonlyMap<string, WritableTensor>,
  target?: CheckpointTarget,
  { metadata = {}, ...options }: SafetensorsOptions = {},
): Promise<unknown> {
  checkTensors(stateDict);
  checkMetadata(metadata);
  // Metadata that was read comes back in its own order.
  const texts = Object.hasOwn(metadata, 'format') ? metadata : { format: 'pt', ...metadata };
  return writeTo(who, target, encode(stateDict, texts), options);
}
