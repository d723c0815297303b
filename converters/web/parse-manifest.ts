import { CheckpointError, type DType, sizeOf } from '../../src/core/index.js';
import { isCount, maxRank } from '../torch/tensor-ref.js';
import { type CheckpointOrigin, storedWidth, type WebEntry, type WebGroup, type WebManifest } from './manifest.js';

/** As large as tfjs-converter makes them, and no larger here. */
export const SHARD_BYTES = 4 * 2 ** 20;

/** A file of the folder that holds weights. */
export interface Shard {
  readonly path: string;
  readonly bytes: number;
  /** Where its bytes begin, counted through all shards. */
  readonly begin: number;
  readonly sha256: string | undefined;
}

/** An entry, and where its bytes begin and end, counted through all shards. */
export interface PlacedEntry extends WebEntry {
  readonly begin: number;
  readonly end: number;
}

/**
 * A tensor of the checkpoint, of one entry or of several blocks.
 * @internal
 */
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
  for (const group of groups as WebGroup[]) {
    const problem = groupProblem(Object(group));
    if (problem) return refuse(problem);
    const begin = position;
    for (const entry of group.weights) {
      const wrong = problemOf(Object(entry));
      if (wrong) return refuse(wrong);
      const end = position + sizeOf(entry.shape) * storedWidth(entry);
      if (!Number.isSafeInteger(end)) return refuse(`shape [${entry.shape}] in ${shown(entry.name)}`);
      entries.push({ ...entry, begin: position, end });
      position = end;
    }
    const sizes = sizesOf(group, position - begin);
    if (!sizes)
      return refuse(`${group.paths.length} shards that do not hold the ${position - begin} bytes of their tensors`);
    let at = begin;
    for (const [i, path] of group.paths.entries()) {
      shards.push({ path, bytes: sizes[i]!, begin: at, sha256: group.sha256?.[i] });
      at += sizes[i]!;
    }
  }
  const tensors = tensorsOf(entries);
  if (typeof tensors === 'string') return refuse(tensors);
  const { model, categories, transforms } = json as Partial<WebManifest>;
  return { shards, tensors, bytes: position, ...aboutModel(model), ...aboutImages(categories, transforms) };
}

/** What is wrong with a group, but for its tensors. */
function groupProblem({ paths, weights, sha256, bytes }: Partial<WebGroup>): string | undefined {
  if (!Array.isArray(weights) || !Array.isArray(paths)) return 'a group without paths and weights';
  const elsewhere = paths.findIndex((path) => !isPlainName(path));
  if (elsewhere >= 0) return `path ${shown(paths[elsewhere])}`;
  const isAsMany = (list: unknown, isOne: (value: unknown) => boolean) =>
    list === undefined || (Array.isArray(list) && list.length === paths.length && list.every(isOne));
  if (!isAsMany(bytes, isCount)) return `bytes ${shown(bytes)} for ${paths.length} shards`;
  const isHash = (hash: unknown) => typeof hash === 'string' && /^[\da-f]{64}$/.test(hash);
  return isAsMany(sha256, isHash) ? undefined : `sha256 ${shown(sha256)} for ${paths.length} shards`;
}

/** A name in the folder itself: no path leads out of it, and no address elsewhere. */
function isPlainName(path: unknown): path is string {
  return typeof path === 'string' && /^[\w][\w.@-]*$/.test(path);
}

function isShape(shape: unknown): shape is number[] {
  return Array.isArray(shape) && shape.length <= maxRank && shape.every(isCount);
}

/** What is wrong with an entry. */
function problemOf({ name, ...entry }: Partial<WebEntry>): string | undefined {
  if (typeof name !== 'string') return `a tensor of the name ${shown(name)}`;
  const problem = formProblem(entry) ?? originProblem(entry as WebEntry);
  return problem && `${problem} in ${shown(name)}`;
}

function formProblem({ shape, dtype, quantization }: Partial<WebEntry>): string | undefined {
  if (!isShape(shape)) return `shape ${shown(shape)}`;
  if (!dtypes.includes(dtype as string)) return `dtype ${shown(dtype)}`;
  if (quantization === undefined) return undefined;
  const { dtype: stored, scale, min } = Object(quantization);
  const isAffine = (stored === 'uint8' || stored === 'uint16') && Number.isFinite(scale) && Number.isFinite(min);
  const isKnown = isAffine ? dtype !== 'bool' : stored === 'float16' && dtype === 'float32';
  return isKnown ? undefined : `quantization ${shown(quantization)} of ${dtype}`;
}

function originProblem({ shape, dtype, checkpoint }: WebEntry): string | undefined {
  if (checkpoint === undefined) return undefined;
  const { dtype: original, shape: whole, permutation, block } = Object(checkpoint) as CheckpointOrigin;
  if (!isShape(whole) || whole.length !== shape.length) return `checkpoint shape ${shown(whole)}`;
  if (!checkpointDtypes[dtype].includes(original)) return `checkpoint dtype ${shown(original)}`;
  const axes = permutation ?? shape.map((_, axis) => axis);
  const isPermutation = isShape(axes) && axes.length === shape.length && shape.every((_, axis) => axes.includes(axis));
  if (!isPermutation) return `permutation ${shown(permutation)}`;
  const last = shape.length - 1;
  const inMemory = axes.map((axis) => whole[axis]!);
  if (block !== undefined) {
    const { of, begin } = Object(block);
    const isWithin = last >= 0 && isCount(begin) && begin + shape[last]! <= inMemory[last]!;
    if (typeof of !== 'string' || !isWithin || dtype !== 'float32' || sizeOf(shape) === 0)
      return `block ${shown(block)} of ${dtype} [${shape}]`;
  }
  const isSame = inMemory.every((size, axis) => size === shape[axis] || (block !== undefined && axis === last));
  return isSame ? undefined : `shape [${shape}] of a tensor [${whole}] in order ${shown(permutation)}`;
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
    const isSame = String([known.shape, known.permutation, known.dtype]) === String([shape, permutation, dtype]);
    if (!isSame || !block || !known.entries[0]!.checkpoint?.block) return `two tensors of the name ${shown(name)}`;
    known.entries.push(entry);
  }
  for (const { name, memoryShape, entries: parts } of tensors.values()) {
    if (!parts[0]!.checkpoint?.block) continue;
    let next = 0;
    for (const { shape, checkpoint } of parts) {
      if (checkpoint!.block!.begin !== next) return `blocks of ${shown(name)} that leave a gap or overlap`;
      next += shape.at(-1)!;
    }
    if (next !== memoryShape.at(-1)) return `too few blocks of ${shown(name)}`;
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
  if (value === undefined) return 'none';
  try {
    return JSON.stringify(value).slice(0, 100);
  } catch {
    return 'lists in lists without end'; // more than the stack holds
  }
}
