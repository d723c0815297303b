import { CheckpointError, type DType, sizeOf } from '../../src/core/index.js';
import { isCount, maxRank } from '../torch/tensor-ref.js';
import { type CheckpointOrigin, storedWidth, type WebEntry, type WebGroup, type WebManifest } from './manifest.js';

/** As large as tfjs-converter makes them, and no larger here. */
export const SHARD_BYTES = 4 * 2 ** 20;

/** A file of the folder that holds weights. */
export interface Shard {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string | undefined;
}

/** An entry, and where its bytes begin and end, counted through all shards. */
export interface PlacedEntry extends WebEntry {
  readonly begin: number;
  readonly end: number;
}

/** A tensor of the checkpoint, of one entry or of several blocks. */
export interface WebTensor {
  readonly name: string;
  /** As a checkpoint has it. */
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** As it lies in the shards. */
  readonly memoryShape: readonly number[];
  readonly permutation: readonly number[] | null;
  readonly entries: readonly PlacedEntry[];
}

/** A manifest that has been checked. */
export interface ParsedManifest extends Pick<WebManifest, 'model' | 'categories' | 'transforms'> {
  readonly shards: readonly Shard[];
  readonly tensors: ReadonlyMap<string, WebTensor>;
  readonly bytes: number;
}

const dtypes: readonly string[] = ['float32', 'int32', 'bool'];
const checkpointDtypes: Readonly<Record<WebEntry['dtype'], readonly string[]>> = {
  float32: ['float32', 'float16', 'bfloat16', 'float64'],
  int32: ['int64', 'int32', 'int16', 'int8', 'uint8'],
  bool: ['bool'],
};

/**
 * Reads the text of a model.json, and believes nothing of it.
 * @throws CheckpointError that names what is wrong
 */
export function parseManifest(text: string, label: string): ParsedManifest {
  const refuse = (what: string): never => {
    throw new CheckpointError(
      `${label}: expected a weights manifest of TensorFlow.js, got ${what}. Convert the checkpoint anew with tfjs-zoo convert.`,
    );
  };
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse(/^\s*</.test(text) ? 'an HTML page' : 'what is no JSON');
  }
  // Bare manifests are arrays.
  const groups: unknown = Array.isArray(json) ? json : json?.weightsManifest;
  if (!Array.isArray(groups)) return refuse('JSON without weightsManifest');

  const shards: Shard[] = [];
  const entries: PlacedEntry[] = [];
  let position = 0;
  for (const group of groups) {
    if (!isGroup(group)) return refuse('a group without paths and weights');
    const begin = position;
    for (const entry of group.weights) {
      const wrong = problemOf(entry);
      if (wrong) return refuse(`${wrong} in ${shown(entry?.name)}`);
      const end = position + sizeOf(entry.shape) * storedWidth(entry);
      if (!Number.isSafeInteger(end)) return refuse(`shape [${entry.shape}] in ${shown(entry.name)}`);
      entries.push({ ...entry, begin: position, end });
      position = end;
    }
    const sizes = sizesOf(group, position - begin);
    if (!sizes)
      return refuse(`${group.paths.length} shards that do not hold the ${position - begin} bytes of their tensors`);
    for (const [i, path] of group.paths.entries()) shards.push({ path, bytes: sizes[i]!, sha256: group.sha256?.[i] });
  }
  const tensors = tensorsOf(entries);
  if (typeof tensors === 'string') return refuse(tensors);
  const { model, categories, transforms } = json as Partial<WebManifest>;
  return { shards, tensors, bytes: position, ...aboutModel(model), ...aboutImages(categories, transforms) };
}

function isGroup(group: unknown): group is WebGroup {
  const { paths, weights, sha256, bytes } = Object(group) as Partial<WebGroup>;
  if (!Array.isArray(weights) || !Array.isArray(paths) || !paths.every(isPlainName)) return false;
  const isAsMany = (list: unknown, isOne: (value: unknown) => boolean) =>
    list === undefined || (Array.isArray(list) && list.length === paths.length && list.every(isOne));
  return isAsMany(sha256, (hash) => typeof hash === 'string' && /^[\da-f]{64}$/.test(hash)) && isAsMany(bytes, isCount);
}

/** A name in the folder itself: no path leads out of it, and no address elsewhere. */
function isPlainName(path: unknown): path is string {
  return typeof path === 'string' && /^[\w][\w.@-]*$/.test(path);
}

function isShape(shape: unknown): shape is number[] {
  return Array.isArray(shape) && shape.length <= maxRank && shape.every(isCount);
}

/** What is wrong with an entry. */
function problemOf(entry: WebEntry): string | undefined {
  const { name, shape, dtype, quantization, checkpoint } = Object(entry) as Partial<WebEntry>;
  if (typeof name !== 'string') return 'a tensor without a name';
  if (!isShape(shape)) return `shape ${shown(shape)}`;
  if (!dtypes.includes(dtype as string)) return `dtype ${shown(dtype)}`;
  if (quantization !== undefined) {
    const { dtype: stored, scale, min } = Object(quantization);
    const isAffine = (stored === 'uint8' || stored === 'uint16') && Number.isFinite(scale) && Number.isFinite(min);
    if (dtype !== 'float32' || !(stored === 'float16' || isAffine)) return `quantization ${shown(quantization)}`;
  }
  return checkpoint === undefined ? undefined : originProblem(Object(checkpoint), shape, dtype!);
}

function originProblem(
  { dtype: original, shape: whole, permutation, block }: CheckpointOrigin,
  shape: readonly number[],
  dtype: WebEntry['dtype'],
): string | undefined {
  if (!isShape(whole) || whole.length !== shape.length) return `checkpoint shape ${shown(whole)}`;
  if (!checkpointDtypes[dtype].includes(original)) return `checkpoint dtype ${shown(original)}`;
  const axes = permutation ?? shape.map((_, axis) => axis);
  const isPermutation = Array.isArray(axes) && [...axes].sort((a, b) => a - b).every((axis, i) => axis === i);
  if (!isPermutation || axes.length !== shape.length) return `permutation ${shown(permutation)}`;
  const last = shape.length - 1;
  const inMemory = axes.map((axis) => whole[axis]!);
  if (block !== undefined) {
    const { of, begin } = Object(block);
    if (typeof of !== 'string' || !isCount(begin) || begin + shape[last]! > inMemory[last]!)
      return `block ${shown(block)}`;
  }
  const isSame = inMemory.every((size, axis) => size === shape[axis] || (block !== undefined && axis === last));
  return isSame ? undefined : `shape [${shape}] of a tensor [${whole}]`;
}

/** Bytes of each shard; undefined if they do not hold what they should. */
function sizesOf({ paths, bytes }: WebGroup, total: number): readonly number[] | undefined {
  if (bytes) return bytes.reduce((sum, size) => sum + size, 0) === total ? bytes : undefined;
  if (paths.length === 1) return [total];
  // tfjs-converter fills all but the last.
  if (paths.length !== Math.ceil(total / SHARD_BYTES)) return undefined;
  return paths.map((_, i) => Math.min(SHARD_BYTES, total - i * SHARD_BYTES));
}

/** The tensors that entries and blocks make up, or what is wrong with them. */
function tensorsOf(entries: readonly PlacedEntry[]): Map<string, WebTensor> | string {
  const tensors = new Map<string, WebTensor & { entries: PlacedEntry[] }>();
  for (const entry of entries) {
    const { shape, dtype, permutation = null, block } = entry.checkpoint ?? { shape: entry.shape, dtype: entry.dtype };
    const name = block?.of ?? entry.name;
    const known = tensors.get(name);
    if (!known) {
      const memoryShape = permutation ? permutation.map((axis) => shape[axis]!) : shape;
      tensors.set(name, { name, dtype, shape, memoryShape, permutation, entries: [entry] });
      continue;
    }
    const isSame =
      block && String([known.shape, known.permutation]) === String([shape, permutation]) && known.dtype === dtype;
    if (!isSame) return `two tensors of the name ${shown(name)}`;
    known.entries.push(entry);
  }
  for (const { name, memoryShape, entries: parts } of tensors.values()) {
    let next = 0;
    for (const { shape, checkpoint } of parts) {
      if (!checkpoint?.block) next = memoryShape.at(-1) ?? 0;
      else if (checkpoint.block.begin !== next) return `blocks of ${shown(name)} that leave a gap or overlap`;
      else next += shape.at(-1)!;
    }
    if (next !== (memoryShape.at(-1) ?? 0)) return `too few blocks of ${shown(name)}`;
  }
  return tensors;
}

function aboutModel(model: unknown): Pick<WebManifest, 'model'> {
  const { name, options } = Object(model) as NonNullable<WebManifest['model']>;
  if (typeof name !== 'string') return {};
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  return { model: { name, options: isObject ? options : {} } };
}

function aboutImages(categories: unknown, transforms: unknown): Pick<WebManifest, 'categories' | 'transforms'> {
  const isList = Array.isArray(categories) && categories.every((label) => typeof label === 'string');
  const isObject = typeof transforms === 'object' && transforms !== null && !Array.isArray(transforms);
  return { ...(isList && { categories }), ...(isObject && { transforms: transforms as Record<string, unknown> }) };
}

function shown(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 100);
}
