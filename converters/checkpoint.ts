import { CheckpointError, type HostTensor, type StateDict } from '../src/core/index.js';
import { detectContainer, headLength } from './detect.js';
import { expansionLimit } from './limits.js';
import { openSafetensors } from './safetensors.js';
import { ByteReader } from './sources/byte-reader.js';
import { openSource } from './sources/open.js';
import type { CheckpointSource, ReadOptions } from './sources/source.js';
import { openTorch } from './torch/open.js';
import type { TensorRef } from './torch/tensor-ref.js';
import { tensorsIn } from './torch/tensors-in.js';
import { findFolder } from './web/find-folder.js';
import { openWeb } from './web/open-web.js';

/** The container that a checkpoint came in. */
export type CheckpointFormat = 'pytorch-zip' | 'pytorch-legacy' | 'pytorch-tar' | 'safetensors' | 'tfjs';

export interface CheckpointOptions extends ReadOptions {
  /** Where in the file the state dict is, with dots between nested keys (`'models.generator'`). Default: found. */
  readonly key?: string | undefined;
  /**
   * Whether the CRC-32 of what is read from a zip file must be the one that the file has. Default: true; false reads what can
   * be read of a damaged file.
   */
  readonly verify?: boolean | undefined;
}

export interface ReadCheckpointOptions extends CheckpointOptions {
  /**
   * Whether the tensors in `extra` are read too, such as those of an optimizer, to go on with a training; a file without a state dict is then all
   * `extra`. Default: false.
   */
  readonly readExtra?: boolean | undefined;
}

/** One tensor of a checkpoint, not read. */
export interface TensorEntry {
  readonly name: string;
  /** A `DType`, or the name of one that cannot be read: 'complex64', 'float8_e4m3fn', 'sparse float32'. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Elements times their size in the file; a view that repeats elements counts each time. */
  readonly bytes: number;
}

/** A checkpoint whose tensors are read one by one. */
export interface OpenCheckpoint {
  readonly format: CheckpointFormat;
  /** The state dict's tensors, in the file's order. */
  readonly entries: readonly TensorEntry[];
  /**
   * All else that the file holds: of a PyTorch file what is beside the state dict, of a safetensors file its `__metadata__`.
   *
   * A dict with string keys is an object without a prototype, any other dict a Map, a list or tuple an array. An integer
   * beyond 2⁵³ is a bigint. Tensors are left unread, as `TensorRef`; objects of unknown classes are inert `PickleObject`s.
   */
  readonly extra: unknown;
  /** What was accepted and should be known, a sentence each: 'The file has no CRC-32 of its contents …'. */
  readonly warnings: readonly string[];
  /**
   * Reads one tensor, of the entries by name or of `extra` by its `TensorRef`, into memory of its own.
   * @throws CheckpointError when there is no such tensor, or its dtype cannot be read.
   */
  read(tensor: string | TensorRef): Promise<HostTensor>;
  close(): Promise<void>;
}

/** A checkpoint in memory. */
export interface Checkpoint {
  readonly format: CheckpointFormat;
  readonly stateDict: StateDict;
  /** As in `OpenCheckpoint`; with `readExtra` each tensor in dicts and lists is a `HostTensor`. */
  readonly extra: unknown;
  /** As in `OpenCheckpoint`. */
  readonly warnings: readonly string[];
}

async function openReader(reader: ByteReader, options: ReadCheckpointOptions): Promise<OpenCheckpoint> {
  const head = await reader.read(0, Math.min(headLength, reader.size));
  const container = detectContainer(head, reader.label, reader.size);
  if (container !== 'safetensors') return openTorch(reader, container, options);
  const { key } = options;
  if (key !== undefined) {
    throw new CheckpointError(
      `${reader.label}: expected no key, for a safetensors file is one flat state dict, got key '${key}'. Leave it out.`,
    );
  }
  return openSafetensors(reader);
}

async function openWithSize(
  source: CheckpointSource,
  options: ReadCheckpointOptions,
): Promise<[OpenCheckpoint, number]> {
  const folder = await findFolder(source, options);
  if (folder) return [await openWeb(folder, options), Number.POSITIVE_INFINITY]; // as many bytes as its shards have
  const reader = new ByteReader(await openSource(source, options), options);
  try {
    return [await openReader(reader, options), reader.size];
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/**
 * Opens a checkpoint: lists its tensors and reads them on demand, one at a time.
 *
 * PyTorch's zip files, legacy streams and tar files, safetensors, and web folders, which are named by their path or URL (a URL with a slash at its
 * end) or by that of their model.json. The state dict is looked for at the top and under the usual keys
 * (`state_dict`, `model_state_dict`, `model`, …); a prefix that every name has from DataParallel (`module.`) or
 * torch.compile (`_orig_mod.`) is taken off. Nothing in the file is ever run.
 *
 * From a path, a Blob, or a server that answers HTTP ranges, only what is asked for is read; any other URL is downloaded
 * whole. A string is a path in Node unless it starts with a scheme, and a URL in a page.
 *
 * Differs from PyTorch: `torch.load` runs what a pickle says unless weights_only; here that cannot happen.
 *
 * @throws CheckpointError when the file is no checkpoint, is damaged, or asks for code to be run.
 * @example
 * const checkpoint = await openCheckpoint('alexnet.pth');
 * for (const { name, dtype, shape } of checkpoint.entries) console.log(name, dtype, shape);
 * const bias = await checkpoint.read('classifier.6.bias');
 * await checkpoint.close();
 */
export async function openCheckpoint(
  source: CheckpointSource,
  options: CheckpointOptions = {},
): Promise<OpenCheckpoint> {
  return (await openWithSize(source, options))[0];
}

/**
 * Reads a whole checkpoint: `openCheckpoint`, and every tensor of it.
 *
 * Each tensor has memory of its own: storages that PyTorch shared are copied for each name.
 *
 * @throws CheckpointError as `openCheckpoint`, and when any tensor has a dtype that cannot be read.
 * @example
 * const { stateDict, extra } = await readCheckpoint('alexnet.pth');
 * console.log(stateDict.get('features.0.weight')?.shape); // [64, 3, 11, 11]
 */
export async function readCheckpoint(
  source: CheckpointSource,
  options: ReadCheckpointOptions = {},
): Promise<Checkpoint> {
  const [checkpoint, size] = await openWithSize(source, options);
  try {
    const refs = options.readExtra ? tensorsIn(checkpoint.extra) : [];
    const total = [...checkpoint.entries, ...refs].reduce((sum, { bytes }) => sum + bytes, 0);
    if (total > expansionLimit(size)) {
      throw new CheckpointError(
        `readCheckpoint: expected tensors of at most ${expansionLimit(size)} bytes together, got ${total} from a file of ${size}. ` +
          'Read those that you need with openCheckpoint.',
      );
    }
    const stateDict: StateDict = new Map();
    for (const { name } of checkpoint.entries) stateDict.set(name, await checkpoint.read(name));
    for (const { ref, replace } of refs) replace(await checkpoint.read(ref));
    const { format, extra, warnings } = checkpoint;
    return { format, stateDict, extra, warnings };
  } finally {
    await checkpoint.close();
  }
}
