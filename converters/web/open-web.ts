import {
  CheckpointError,
  type DType,
  type Folder,
  type HostTensor,
  inverseOf,
  type NumericArray,
  type TypedArray,
  transpose,
} from '../../src/core/index.js';
import type { CheckpointOptions, OpenCheckpoint } from '../checkpoint.js';
import type { Shard, WebTensor } from './parse-manifest.js';
import { allocate, openWebFolder, readTensor, type WebFolder } from './read-web.js';

/**
 * Opens a web folder as any other checkpoint: its tensors come in PyTorch's shapes and layout.
 * @internal
 */
export async function openWeb(
  folder: Folder,
  { signal, onProgress, key }: CheckpointOptions = {},
): Promise<OpenCheckpoint> {
  if (key !== undefined) {
    throw new CheckpointError(
      `${folder.label}: expected no key, for a web folder is one flat state dict, got key '${key}'. Leave it out.`,
    );
  }
  signal?.throwIfAborted();
  let loaded = 0;
  const web = await openWebFolder(folder);
  const { model, categories, transforms } = web;
  const read = shardReader(web);
  return {
    format: 'tfjs',
    entries: [...web.tensors.values()].map((tensor) => ({
      name: tensor.name,
      dtype: dtypeOf(tensor),
      shape: tensor.shape,
      bytes: tensor.entries.reduce((sum, { begin, end }) => sum + end - begin, 0),
    })),
    extra: { ...(model && { model }), ...(categories && { categories }), ...(transforms && { transforms }) },
    warnings: [],
    async read(name) {
      const tensor = typeof name === 'string' ? web.tensors.get(name) : undefined;
      if (!tensor) {
        throw new CheckpointError(
          `${folder.label}: expected the name of a tensor, got ${typeof name === 'string' ? `'${name}'` : 'something else'}. See entries.`,
        );
      }
      signal?.throwIfAborted();
      const dtype = dtypeOf(tensor);
      const data = arrayOf(dtype, await readTensor(tensor, read, folder.label));
      loaded += tensor.entries.reduce((sum, { begin, end }) => sum + end - begin, 0);
      onProgress?.({ loaded: Math.min(loaded, web.bytes), total: web.bytes });
      return { dtype, shape: tensor.shape, data };
    },
    async close() {},
  };
}

/**
 * A tensor as a checkpoint has it, of values as they lie in memory.
 * @internal
 */
export function toHost(tensor: WebTensor, memory: NumericArray): HostTensor {
  const { shape, memoryShape, permutation } = tensor;
  const values = permutation ? transpose(memory, memoryShape, inverseOf(permutation)) : memory;
  const dtype = dtypeOf(tensor);
  return { dtype, shape, data: arrayOf(dtype, values) };
}

/** float16 where that is all that there is, and float32 where the values are between those of a narrower type. */
function dtypeOf({ dtype, entries }: WebTensor): DType {
  const isFloat16 = entries.every(({ quantization }) => quantization?.dtype === 'float16');
  if (dtype === 'float32') return isFloat16 ? 'float16' : dtype;
  const isNarrow = dtype === 'float16' || dtype === 'bfloat16';
  return isNarrow && !isFloat16 && entries.some(({ quantization }) => quantization) ? 'float32' : dtype;
}

function arrayOf(dtype: DType, values: NumericArray): TypedArray {
  switch (dtype) {
    case 'int64':
      return BigInt64Array.from(values, BigInt);
    case 'float64':
      return Float64Array.from(values);
    case 'int16':
      return Int16Array.from(values);
    case 'int8':
      return Int8Array.from(values);
    case 'uint8':
      return Uint8Array.from(values);
    default:
      return values;
  }
}

/** Reads bytes by their place in all shards. The last shard is kept, for the next tensor mostly begins in it. */
function shardReader({ folder, shards }: WebFolder): (begin: number, end: number) => Promise<Uint8Array<ArrayBuffer>> {
  let kept: { index: number; bytes: Uint8Array<ArrayBuffer> } | undefined;
  return async (begin, end) => {
    const out = allocate(folder.label, end - begin);
    for (let index = lastBefore(shards, begin); index < shards.length && shards[index]!.begin < end; index++) {
      const shard = shards[index]!;
      if (kept?.index !== index) kept = { index, bytes: await folder.read(shard.path, shard) };
      const from = Math.max(begin, shard.begin);
      out.set(kept.bytes.subarray(from - shard.begin, end - shard.begin), from - begin);
    }
    return out;
  };
}

/** The last shard that begins at the position or before; 0 where there is none. By halves, for a manifest may list a million. */
function lastBefore(shards: readonly Shard[], position: number): number {
  let [low, high] = [0, shards.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (shards[middle]!.begin <= position) low = middle;
    else high = middle;
  }
  return low;
}
