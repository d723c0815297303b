import { CheckpointError } from '../../src/core/index.js';
import { MemoryBudget } from '../limits.js';
import { TruncatedPickleError } from '../pickle/cursor.js';
import { type PickleOptions, unpickle } from '../pickle/machine.js';
import { describe, quote } from '../pickle/objects.js';
import type { ByteReader } from '../sources/byte-reader.js';
import { callables } from './callables.js';
import { persistentLoad } from './persistent-id.js';
import type { StorageFile } from './tensor-file.js';
import { isStorageRef, type StorageRef } from './tensor-ref.js';
import type { TorchFile } from './zip-checkpoint.js';

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;

/** The pickles of a model of some hundred layers fit in this; a file with larger ones is read again in larger pieces. */
const firstPiece = 2 ** 20;

interface Stream {
  readonly value: unknown;
  readonly keys: unknown;
  readonly storages: ReadonlyMap<string, StorageRef>;
  /** Where the first storage starts. */
  readonly end: number;
}

/** Reads the five pickles at the start of the stream: magic number, protocol, system, object, storage keys. */
function readPickles(bytes: Uint8Array, label: string, fileSize: number): Stream {
  const storages = new Map<string, StorageRef>();
  const budget = new MemoryBudget(fileSize);
  budget.charge(bytes.length);
  const options: PickleOptions = {
    callables,
    budget,
    persistentLoad: (id, fail) => {
      const storage = persistentLoad(id, fail);
      if (isStorageRef(storage) && !storages.has(storage.key)) storages.set(storage.key, storage);
      return storage;
    },
  };
  const magic = unpickle(bytes, options);
  if (magic.value !== magicNumber) {
    throw new CheckpointError(
      `${label}: expected a file made by torch.save, got a plain pickle of ${describe(magic.value)}. ` +
        'Load it in Python and torch.save a dict of tensors.',
    );
  }
  const protocol = unpickle(bytes, options, magic.end);
  if (protocol.value !== protocolVersion) {
    throw new CheckpointError(
      `${label}: expected version ${protocolVersion} of the legacy format, got ${describe(protocol.value)}. Save it again in PyTorch.`,
      { offset: magic.end },
    );
  }
  const system = unpickle(bytes, options, protocol.end);
  const object = unpickle(bytes, options, system.end);
  const keys = unpickle(bytes, options, object.end);
  return { value: object.value, keys: keys.value, storages, end: keys.end };
}

async function readStream(reader: ByteReader): Promise<Stream> {
  for (let length = Math.min(firstPiece, reader.size); ; length = Math.min(4 * length, reader.size)) {
    const bytes = await reader.read(0, length);
    try {
      return readPickles(bytes, reader.label, reader.size);
    } catch (error) {
      if (!(error instanceof TruncatedPickleError) || length === reader.size) throw error;
    }
  }
}

class LegacyStorages implements StorageFile {
  /** The stream is written little-endian on every machine. */
  readonly littleEndian = true;
  private readonly reader: ByteReader;
  private readonly offsets = new Map<string, number>();
  private readonly numels = new Map<string, number>();

  private constructor(reader: ByteReader) {
    this.reader = reader;
  }

  /** Walks over the storages: each is its number of elements in 8 bytes, then its bytes. */
  static async locate(reader: ByteReader, stream: Stream): Promise<LegacyStorages> {
    const file = new LegacyStorages(reader);
    if (!Array.isArray(stream.keys)) {
      throw new CheckpointError(
        `${reader.label}: expected the list of storages, got ${describe(stream.keys)}. The file is damaged: fetch it again.`,
      );
    }
    let offset = stream.end;
    for (const item of stream.keys as unknown[]) {
      const key = typeof item === 'number' ? String(item) : item;
      const storage = typeof key === 'string' ? stream.storages.get(key) : undefined;
      if (!storage || file.offsets.has(storage.key)) {
        throw new CheckpointError(
          `${reader.label}: expected each storage of the pickle once, got ${describe(item)}. The file is damaged: fetch it again.`,
          { offset },
        );
      }
      const count = new DataView((await reader.read(offset, 8)).buffer).getBigUint64(0, true);
      if (count !== BigInt(storage.numel)) {
        throw new CheckpointError(
          `${reader.label}: expected storage ${quote(storage.key)} of ${storage.numel} elements at byte ${offset}, got ${count}. ` +
            'The file is damaged: fetch it again.',
          { offset },
        );
      }
      file.offsets.set(storage.key, offset + 8);
      file.numels.set(storage.key, storage.numel * storage.elementType.itemSize);
      offset += 8 + storage.numel * storage.elementType.itemSize;
      if (offset > reader.size) {
        throw new CheckpointError(
          `${reader.label}: expected storage ${quote(storage.key)} to end at byte ${offset}, got a file of ${reader.size} bytes. ` +
            'The file is truncated: fetch it again.',
          { offset: reader.size },
        );
      }
    }
    return file;
  }

  check(storage: StorageRef): void {
    const expected = storage.numel * storage.elementType.itemSize;
    const size = this.numels.get(storage.key);
    if (size === expected) return;
    throw new CheckpointError(
      `Checkpoint: expected storage ${quote(storage.key)} of ${expected} bytes (${storage.numel} × ${storage.elementType.name}), got ` +
        `${size ?? 'none'}. The file is damaged: fetch it again.`,
    );
  }

  read(storage: StorageRef, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.reader.read(this.offsets.get(storage.key)! + offset, length);
  }
}

/** Reads the stream that torch.save wrote before PyTorch 1.6, and still writes on request. */
export async function openTorchLegacy(reader: ByteReader): Promise<TorchFile> {
  const stream = await readStream(reader);
  return { value: stream.value, storages: await LegacyStorages.locate(reader, stream), warnings: [] };
}
