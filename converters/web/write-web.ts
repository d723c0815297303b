import {
  bytesPerElement,
  CheckpointError,
  type HostTensor,
  type NumericArray,
  type StateDict,
  sizeOf,
  transpose,
} from '../../src/core/index.js';
import type { OpenCheckpoint } from '../checkpoint.js';
import type { WriteOptions } from '../sinks/sink.js';
import { describeForeign, Problems, pathTo } from '../write/problems.js';
import { problemOf } from '../write/tensor-problem.js';
import { newFolder, ShardWriter } from './folder-writer.js';
import { MANIFEST_NAME, type Quantization, type WebEntry, type WebManifest } from './manifest.js';
import { affineOf, bytesOf, encode, type Plan, planFor, type WebDType } from './quantize.js';

export interface WebFolderOptions extends WriteOptions, Pick<WebManifest, 'model' | 'categories' | 'transforms'> {
  /** What weights are stored as. Biases and BatchNorm's statistics stay float32 in any case. Default 'float32'. */
  readonly dtype?: WebDType | undefined;
  /** The checkpoint axis of each axis in memory, by a tensor's name and checkpoint shape: null for a tensor that lies alike. Default: all do. */
  readonly permutationOf?: ((name: string, shape: readonly number[]) => readonly number[] | null) | undefined;
  /** Whether a folder that is there is replaced. Default false. */
  readonly force?: boolean | undefined;
}

/** What was written. */
export interface WebFolderReport {
  /** Of all shards together. */
  readonly bytes: number;
  readonly shards: number;
  /** Names of tensors whose float64 values were rounded to float32. */
  readonly rounded: readonly string[];
}

/** Numbers that are put into the order of memory at a time. */
const BAND = 2 ** 20;

const who = 'writeWebFolder';

/**
 * Writes tensors as a web folder: a `model.json` with TensorFlow.js's own weights manifest, and shards of at most 4 MiB beside it. Node only.
 *
 * `tf.io.loadWeights(json.weightsManifest, url)` gives the tensors as they lie in memory, ready for tfjs ops. What makes a checkpoint of them again
 * (names, shapes, dtypes, permutations) stands in the manifest too, so that `readCheckpoint(folder)` gives the same state dict:
 * bit for bit from 'float32'. 'uint8' is tfjs's affine form: one scale for a tensor, or, where that is too coarse, one for each of
 * up to 64 blocks of output channels.
 *
 * Tensors are read one by one, and the folder is moved to its place when it is whole.
 *
 * @param source a state dict, or a checkpoint that `openCheckpoint` opened
 * @throws CheckpointError if there is something at the path and not `force`, if a tensor cannot be stored, or the disk refuses
 * @example
 * const net = new nn.Linear(4, 2);
 * await writeWebFolder(await net.stateDict(), 'net-web', { permutationOf: (name) => (name === 'weight' ? [1, 0] : null) });
 * const { stateDict } = await readCheckpoint('net-web');
 * console.log(stateDict.get('weight')!.shape); // [2, 4]
 */
export async function writeWebFolder(
  source: StateDict | OpenCheckpoint,
  path: string | URL,
  options: WebFolderOptions = {},
): Promise<WebFolderReport> {
  const { dtype = 'float32', permutationOf = () => null, force = false, signal, onProgress } = options;
  const { tensors, read } = tensorsIn(source);
  const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const place = await newFolder(who, path, force);
  try {
    const shards = new ShardWriter(place.folder);
    const weights: WebEntry[] = [];
    const rounded: string[] = [];
    let written = 0;
    for (const { name, bytes: size } of tensors) {
      signal?.throwIfAborted();
      const tensor = await read(name);
      if (tensor.dtype === 'float64') rounded.push(name);
      for (const entry of entriesOf(name, tensor, permutationOf(name, tensor.shape), dtype)) {
        weights.push(entry.entry);
        for (const bytes of entry.chunks()) {
          signal?.throwIfAborted();
          await shards.write(bytes);
        }
      }
      written += size;
      onProgress?.({ written, total });
    }
    const { model, categories, transforms } = options;
    const manifest: WebManifest = {
      format: 'tfjs-zoo',
      generatedBy: 'tfjs-zoo',
      ...(model && { model }),
      ...(categories && { categories }),
      ...(transforms && { transforms }),
      weightsManifest: [{ ...(await shards.end()), weights }],
    };
    await place.writeText(MANIFEST_NAME, JSON.stringify(manifest));
    await place.commit();
    return { bytes: shards.bytes, shards: shards.count, rounded };
  } catch (error) {
    await place.discard();
    throw place.explain(error);
  }
}

function tensorsIn(source: StateDict | OpenCheckpoint) {
  checkSource(source);
  if (source instanceof Map) {
    const tensors = [...source].map(([name, { shape, dtype }]) => ({
      name,
      bytes: sizeOf(shape) * bytesPerElement[dtype],
    }));
    return { tensors, read: async (name: string) => source.get(name)! };
  }
  return { tensors: source.entries, read: (name: string) => source.read(name) };
}

function checkSource(source: StateDict | OpenCheckpoint): void {
  const problems = new Problems();
  if (source instanceof Map) {
    for (const [name, tensor] of source) {
      const problem = problemOf(tensor);
      if (problem !== undefined) problems.add(pathTo('', name), problem);
    }
  } else if (!Array.isArray(source?.entries)) {
    problems.add('', describeForeign(source));
  }
  problems.throwIfAny(
    who,
    'a state dict (a Map from names to tensors { dtype, shape, data }) or an open checkpoint',
    'Correct that, and write again: nothing was written.',
  );
}

interface StoredEntry {
  readonly entry: WebEntry;
  /** Its bytes, one band of rows after the other. */
  chunks(): Iterable<Uint8Array>;
}

/** A tensor as one entry, or as one for each block of output channels. */
function* entriesOf(
  name: string,
  tensor: HostTensor,
  permutation: readonly number[] | null,
  wanted: WebDType,
): Generator<StoredEntry> {
  const { shape } = tensor;
  const isPermutation = permutation?.length === shape.length && shape.every((_, axis) => permutation.includes(axis));
  if (permutation && !isPermutation) {
    throw new CheckpointError(
      `${who}: expected a permutation of ${shape.length} axes for '${name}', got [${permutation.join(', ')}]. Correct permutationOf.`,
    );
  }
  const { dtype, values } = storable(name, tensor);
  const plan = values instanceof Float32Array ? planFor(values, shape, wanted) : { dtype: 'float32' as const };
  const isCut = plan.channels !== undefined && permutation?.at(-1) === 0;
  // Of a tensor whose output channels are not the last axis in memory there are no blocks.
  const stored: Plan = plan.channels !== undefined && !isCut ? { dtype: 'float16' } : plan;
  const origin = { dtype: tensor.dtype, shape, permutation };
  const step = isCut ? plan.channels! : (shape[0] ?? 1);
  if (!isCut) {
    yield entryOf(name, { ...origin }, dtype, values, shape, stored.dtype);
    return;
  }
  const row = sizeOf(shape.slice(1));
  for (let begin = 0; begin < shape[0]!; begin += step) {
    const end = Math.min(begin + step, shape[0]!);
    const part = values.subarray(begin * row, end * row);
    const block = { of: name, begin };
    yield entryOf(
      `${name}#${begin}`,
      { ...origin, block },
      dtype,
      part,
      [end - begin, ...shape.slice(1)],
      stored.dtype,
    );
  }
}

function entryOf(
  name: string,
  checkpoint: NonNullable<WebEntry['checkpoint']>,
  dtype: WebEntry['dtype'],
  values: NumericArray,
  shape: readonly number[],
  stored: WebDType,
): StoredEntry {
  const quantization = values instanceof Float32Array ? quantizationOf(values, stored) : undefined;
  const { permutation } = checkpoint;
  const memoryShape = permutation ? permutation.map((axis) => shape[axis]!) : shape;
  return {
    entry: { name, shape: memoryShape, dtype, ...(quantization && { quantization }), checkpoint },
    *chunks() {
      const rows = memoryShape[0] ?? 1;
      const rowsAtOnce = Math.max(1, Math.floor(BAND / Math.max(1, sizeOf(memoryShape.slice(1)))));
      for (let from = 0; from < rows; from += rowsAtOnce) {
        const to = Math.min(from + rowsAtOnce, rows);
        const band = permutation
          ? transpose(values, shape, permutation, [from, to])
          : values.subarray((from * values.length) / rows, (to * values.length) / rows);
        yield band instanceof Float32Array ? encode(band, quantization) : bytesOf(band);
      }
    },
  };
}

function quantizationOf(values: Float32Array, stored: WebDType): Quantization | undefined {
  if (stored === 'float32') return undefined;
  return stored === 'float16' ? { dtype: 'float16' } : { dtype: 'uint8', ...affineOf(values) };
}

/** A checkpoint's values in an array of a dtype that tfjs has. */
function storable(name: string, { dtype, data }: HostTensor): { dtype: WebEntry['dtype']; values: NumericArray } {
  if (data instanceof Float32Array) return { dtype: 'float32', values: data };
  if (data instanceof Float64Array) return { dtype: 'float32', values: Float32Array.from(data) };
  // A copy, for a Buffer, which a bool's data may be, has another slice and constructor than an Uint8Array.
  if (dtype === 'bool') return { dtype: 'bool', values: new Uint8Array(data as Uint8Array) };
  const whole = data instanceof BigInt64Array ? Array.from(data, Number) : data;
  const values = Int32Array.from(whole);
  const far = values.findIndex((value, i) => value !== whole[i]);
  if (far < 0) return { dtype: 'int32', values };
  throw new CheckpointError(
    `${who}: expected whole numbers of 32 bits, got ${data[far]} in '${name}'. tfjs has no larger ones: leave the tensor out.`,
  );
}
