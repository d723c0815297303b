import {
  type WritableTensor,
  type WriteOptions,
  writeSafetensors,
  writeTorchCheckpoint,
} from '../../../converters/index.js';
import { CheckpointError, type DType, type HostTensor, ZooError } from '../../core/index.js';
import type { Input } from './input.js';
import type { ConvertOptions } from './options.js';

/** What a target's name asks for. */
export type TargetFormat = 'tfjs' | 'safetensors' | 'pytorch';

export function formatOf(target: string | URL): TargetFormat {
  const ending = /\.(safetensors|pth|pt|bin)$/i.exec(String(target))?.[1]?.toLowerCase();
  if (ending === undefined) return 'tfjs';
  return ending === 'safetensors' ? ending : 'pytorch';
}

/** @throws CheckpointError if there is something at the place, which is not to be replaced */
export async function expectFree(target: string | URL, force: boolean): Promise<void> {
  if (force) return;
  const { lstat } = process.getBuiltinModule('node:fs/promises');
  const found = await lstat(pathOf(target)).catch(() => undefined);
  if (!found) return;
  throw new CheckpointError(
    `convertWeights: expected nothing yet at ${pathOf(target)}, got a ${found.isDirectory() ? 'folder' : 'file'}. ` +
      'Choose another place, or replace it with force (--force).',
  );
}

/** @throws ZooError if the source is what would be replaced, for then there is nothing left to compare with */
export async function expectApart(source: unknown, target: string | URL): Promise<void> {
  if (typeof source !== 'string' && !(source instanceof URL)) return;
  const { realpath } = process.getBuiltinModule('node:fs/promises');
  const place = (path: string | URL) => realpath(pathOf(path)).catch(() => undefined);
  const replaced = await place(target);
  if (replaced === undefined || replaced !== (await place(source))) return;
  throw new ZooError(
    `convertWeights: expected another target than the source, to compare both, got ${replaced}. Convert it into another place.`,
  );
}

/** @throws ZooError for what a file of PyTorch cannot have: bytes with scales, labels */
export function expectPossible(target: string | URL, { dtype, categories }: ConvertOptions): void {
  if (categories && formatOf(target) !== 'tfjs') {
    throw new ZooError(
      `convertWeights: expected no categories for ${target}, a file with no place for them, got ${categories.length}. ` +
        'Leave them out, or name a folder.',
    );
  }
  const known = formatOf(target) === 'tfjs' ? ['float32', 'float16', 'uint8'] : ['float32', 'float16'];
  if (dtype === undefined || known.includes(dtype)) return;
  const remedy = dtype === 'uint8' ? 'Name a folder, for only a web folder has the scales.' : 'Choose one of them.';
  throw new ZooError(
    `convertWeights: expected a dtype among ${known.join(', ')} for ${target}, got '${dtype}'. ${remedy}`,
  );
}

/**
 * Writes a safetensors file or one of PyTorch.
 * @returns its size in bytes
 */
export async function writeFile(input: Input, target: string | URL, options: ConvertOptions): Promise<number> {
  const { signal, onProgress } = options;
  const stateDict = new Map<string, WritableTensor>();
  for (const [name, tensor] of input.tensors) {
    signal?.throwIfAborted();
    const dtype = await dtypeFor(name, tensor, input, options.dtype);
    const read = async () => (tensor.dtype === dtype ? input.read(name) : cast(await input.read(name), dtype));
    stateDict.set(name, { dtype, shape: tensor.shape, read });
  }
  let bytes = 0;
  const writing: WriteOptions = {
    signal,
    onProgress({ written, total }) {
      bytes = total;
      onProgress?.({ stage: 'writing', loaded: written, total });
    },
  };
  await (formatOf(target) === 'safetensors' ? writeSafetensors : writeTorchCheckpoint)(stateDict, target, writing);
  return bytes;
}

const floats: readonly string[] = ['float32', 'float16', 'bfloat16', 'float64'];

/** The largest number that float16 has. */
const MAX_FLOAT16 = 65504;

/** What a tensor is stored as, by the rules of web folders: as narrow as is wished only where that is for it. */
async function dtypeFor(
  name: string,
  { dtype, shape }: Pick<HostTensor, 'shape'> & { readonly dtype: string },
  input: Input,
  wanted: ConvertOptions['dtype'],
): Promise<DType> {
  // One that cannot be read is refused by the writers.
  if (wanted === undefined || !floats.includes(dtype)) return dtype as DType;
  if (wanted !== 'float16' || shape.length < 2) return 'float32';
  const values = toFloat32(await input.read(name));
  return values.every((value) => Math.abs(value) <= MAX_FLOAT16) ? 'float16' : 'float32';
}

function cast(tensor: HostTensor, dtype: DType): HostTensor {
  return { dtype, shape: tensor.shape, data: toFloat32(tensor) };
}

/** float16 and bfloat16 are float32 already. */
function toFloat32({ data }: HostTensor): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data as Float64Array);
}

function pathOf(target: string | URL): string {
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  return /^file:/i.test(String(target)) ? fileURLToPath(target) : String(target);
}
