import { type WriteOptions, writeSafetensors, writeTorchCheckpoint } from '../../../converters/index.js';
import {
  bytesPerElement,
  CheckpointError,
  type HostTensor,
  type StateDict,
  sizeOf,
  ZooError,
} from '../../core/index.js';
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
      'Choose another place, or force to replace it.',
  );
}

/** @throws ZooError for a dtype that a file of PyTorch cannot have */
export function expectDtype(target: string | URL, { dtype }: ConvertOptions): void {
  const known = formatOf(target) === 'tfjs' ? ['float32', 'float16', 'uint8'] : ['float32', 'float16'];
  if (dtype === undefined || known.includes(dtype)) return;
  const remedy = dtype === 'uint8' ? 'Name a folder, for only a web folder has the scales.' : 'Choose one of them.';
  throw new ZooError(`convertWeights: expected dtype ${known.join(' or ')} for ${target}, got '${dtype}'. ${remedy}`);
}

/**
 * Writes a safetensors file or one of PyTorch.
 * @returns its size in bytes
 */
export async function writeFile(input: Input, target: string | URL, options: ConvertOptions): Promise<number> {
  const { signal, onProgress } = options;
  const stateDict = await readAll(input, options);
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

async function readAll(input: Input, { dtype, signal, onProgress }: ConvertOptions): Promise<StateDict> {
  const bytesOf = ({ dtype, shape }: Pick<HostTensor, 'dtype' | 'shape'>) => sizeOf(shape) * bytesPerElement[dtype];
  const total = [...input.tensors.values()].reduce((sum, tensor) => sum + bytesOf(tensor as HostTensor), 0);
  const stateDict: StateDict = new Map();
  let loaded = 0;
  for (const name of input.tensors.keys()) {
    signal?.throwIfAborted();
    const tensor = await input.read(name);
    stateDict.set(name, dtype === undefined ? tensor : cast(tensor, dtype === 'float16'));
    loaded += bytesOf(tensor);
    onProgress?.({ stage: 'reading', loaded, total });
  }
  return stateDict;
}

/** The largest number that float16 has. */
const MAX_FLOAT16 = 65504;

/** A tensor of floats as float32, or as float16 where that is for it, by the rules of web folders. */
function cast(tensor: HostTensor, isNarrow: boolean): HostTensor {
  const { shape, data } = tensor;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return tensor;
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  const fits = isNarrow && shape.length >= 2 && values.every((value) => Math.abs(value) <= MAX_FLOAT16);
  return { dtype: fits ? 'float16' : 'float32', shape, data: values };
}

function pathOf(target: string | URL): string {
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  return /^file:/i.test(String(target)) ? fileURLToPath(target) : String(target);
}
