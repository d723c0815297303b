import { CheckpointError } from '../../src/core/index.js';
import { MemoryBudget } from '../limits.js';
import { cost } from '../pickle/cost.js';
import { TruncatedPickleError } from '../pickle/cursor.js';
import { type Fail, type PickleOptions, unpickle } from '../pickle/machine.js';
import { describe, PickleGlobal, quote } from '../pickle/objects.js';
import type { ByteReader } from '../sources/byte-reader.js';
import { readTar, type TarMember } from '../tar.js';
import { callables } from './callables.js';
import { storageTypes } from './dtypes.js';
import type { StorageFile } from './tensor-file.js';
import { isCount, maxRank, type StorageRef, TensorRef } from './tensor-ref.js';
import type { TorchFile } from './zip-checkpoint.js';

/** The pickle of one storage or tensor fits in this; one that does not is read again in larger pieces. */
const firstPiece = 512;

function damaged(message: string, offset: number): CheckpointError {
  return new CheckpointError(`Checkpoint: ${message}. The file is damaged: fetch it again.`, { offset });
}

/** Keys were addresses of C++ objects, and in persistent ids the same as text. */
function keyOf(value: unknown): string | undefined {
  const isKey = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
  return isKey ? String(value) : undefined;
}

/** Reads a member from its start: pickles one after the other, and binary numbers between them. */
class MemberStream {
  private readonly reader: ByteReader;
  private readonly options: PickleOptions;
  private readonly end: number;
  position: number;

  constructor(reader: ByteReader, member: TarMember, options: PickleOptions) {
    this.reader = reader;
    this.options = options;
    this.position = member.start;
    this.end = member.start + member.size;
  }

  async pickle(): Promise<unknown> {
    for (let length = firstPiece; ; length *= 8) {
      const isAll = length >= this.end - this.position;
      const bytes = await this.read(isAll ? this.end - this.position : length);
      try {
        const { value, end } = unpickle(bytes, this.options);
        this.position += end;
        return value;
      } catch (error) {
        if (!(error instanceof TruncatedPickleError) || isAll) throw error;
      }
    }
  }

  /** A whole number of at least 0 that counts what follows. */
  async count(what: string): Promise<number> {
    const { position } = this;
    const value = await this.pickle();
    if (isCount(value)) return value;
    throw damaged(`expected the number of ${what} at byte ${position}, got ${describe(value)}`, position);
  }

  /** 64-bit integers that must be sizes, strides or offsets. */
  async int64s(length: number, what: string): Promise<number[]> {
    const { position } = this;
    const view = new DataView((await this.read(8 * length)).buffer);
    this.skip(8 * length);
    return Array.from({ length }, (_, index) => {
      const value = view.getBigInt64(8 * index, true);
      if (value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
      throw damaged(`expected ${what} of at least 0 at byte ${position}, got ${value}`, position);
    });
  }

  async int32(): Promise<number> {
    const value = new DataView((await this.read(4)).buffer).getInt32(0, true);
    this.skip(4);
    return value;
  }

  skip(bytes: number): void {
    if (bytes > this.end - this.position) {
      throw damaged(`expected ${bytes} bytes at byte ${this.position}, got ${this.end - this.position}`, this.position);
    }
    this.position += bytes;
  }

  private read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const { position } = this;
    this.skip(length);
    this.position = position;
    return this.reader.read(position, length);
  }
}

class TarStorages implements StorageFile {
  /** Written little-endian, as PyTorch reads it on every machine. */
  readonly littleEndian = true;
  readonly byKey = new Map<string, StorageRef>();
  private readonly reader: ByteReader;
  private readonly offsets = new Map<string, number>();

  constructor(reader: ByteReader) {
    this.reader = reader;
  }

  /** Each storage is a pickle `(key, location, class)`, its number of elements, its bytes; views of storages end the list. */
  async locate(stream: MemberStream, budget: MemoryBudget): Promise<void> {
    for (let left = await stream.count('storages'); left > 0; left--) {
      const { position } = stream;
      const item = await stream.pickle();
      const [id, , type] = Array.isArray(item) ? (item as unknown[]) : [];
      const key = keyOf(id);
      const elementType = type instanceof PickleGlobal ? storageTypes.get(type.path) : undefined;
      if (key === undefined || !elementType || this.byKey.has(key)) {
        throw damaged(
          `expected a new key and a storage class of torch at byte ${position}, got ${describe(id)} and ${describe(type)}`,
          position,
        );
      }
      const [numel] = (await stream.int64s(1, 'a number of elements')) as [number];
      budget.charge(cost.object);
      this.offsets.set(key, stream.position);
      this.byKey.set(key, { key, elementType, numel, viewOffset: 0, viewNumel: numel });
      stream.skip(numel * elementType.itemSize);
    }
    const { position } = stream;
    const views = await stream.pickle();
    if (!Array.isArray(views)) {
      throw damaged(`expected a list of views at byte ${position}, got ${describe(views)}`, position);
    }
    for (const view of views) this.addView(view, position, budget);
  }

  /** `(key, key of the storage, offset, number of elements)` */
  private addView(view: unknown, position: number, budget: MemoryBudget): void {
    const [id, rootId, offset, numel] = Array.isArray(view) ? (view as unknown[]) : [];
    const key = keyOf(id);
    const root = this.byKey.get(keyOf(rootId) ?? '');
    if (
      key === undefined ||
      !root ||
      this.byKey.has(key) ||
      !isCount(offset) ||
      !isCount(numel) ||
      offset + numel > root.viewNumel
    ) {
      throw damaged(`expected views within storages at byte ${position}, got ${describe(view)}`, position);
    }
    budget.charge(cost.object);
    this.byKey.set(key, { ...root, viewOffset: root.viewOffset + offset, viewNumel: numel });
  }

  /** Every storage was there, and as long as it says, when it was located. */
  check(): void {}

  read(storage: StorageRef, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.reader.read(this.offsets.get(storage.key)! + offset, length);
  }
}

/** Each tensor is a pickle `(key, storage, class)`, its rank in 8 bytes, sizes, strides, and the offset in its storage. */
async function readTensors(
  stream: MemberStream,
  storages: ReadonlyMap<string, StorageRef>,
  budget: MemoryBudget,
): Promise<Map<string, TensorRef>> {
  const tensors = new Map<string, TensorRef>();
  for (let left = await stream.count('tensors'); left > 0; left--) {
    const { position } = stream;
    const item = await stream.pickle();
    const [id, storageId] = Array.isArray(item) ? (item as unknown[]) : [];
    const key = keyOf(id);
    const storage = storages.get(keyOf(storageId) ?? '');
    if (key === undefined || !storage || tensors.has(key) || storages.has(key)) {
      throw damaged(
        `expected a new key and one of a storage at byte ${position}, got ${describe(id)} and ${describe(storageId)}`,
        position,
      );
    }
    const rank = await stream.int32();
    stream.skip(4);
    if (rank < 0 || rank > maxRank) {
      throw damaged(`expected a tensor of at most ${maxRank} dimensions at byte ${position}, got ${rank}`, position);
    }
    const shape = await stream.int64s(rank, 'a size');
    const strides = await stream.int64s(rank, 'a stride');
    const [offset] = (await stream.int64s(1, 'a storage offset')) as [number];
    budget.charge(cost.object + 2 * cost.list + 2 * rank * cost.listItem);
    tensors.set(
      key,
      new TensorRef(storage, storage.elementType, { offset: storage.viewOffset + offset, shape, strides }),
    );
  }
  return tensors;
}

/** The ids of the main pickle: the key of a tensor or storage, or `(class, source file, source)` of a module. */
function persistentLoad(objects: ReadonlyMap<string, TensorRef | StorageRef>): PickleOptions['persistentLoad'] {
  return (id: unknown, fail: Fail) => {
    if (Array.isArray(id) && id[0] instanceof PickleGlobal) return id[0];
    const object = objects.get(keyOf(id) ?? '');
    if (!object) throw fail(`expected the key of a tensor or storage, got ${describe(id)}`);
    return object;
  };
}

/** Reads the tar archive that torch.save wrote before PyTorch 0.1.2: members `storages`, `tensors`, `pickle`, `sys_info`. */
export async function openTorchTar(reader: ByteReader): Promise<TorchFile> {
  const members = await readTar(reader, ['storages', 'tensors', 'pickle']);
  const [inStorages, inTensors, inPickle] = ['storages', 'tensors', 'pickle'].map((name) => members.get(name));
  if (!inStorages || !inTensors || !inPickle) {
    throw new CheckpointError(
      `${reader.label}: expected the members storages, tensors and pickle of PyTorch 0.1.1, got a tar archive with ` +
        `${members.size === 0 ? 'none of them' : [...members.keys()].map(quote).join(' and ')}. If it holds a checkpoint, unpack it first.`,
    );
  }
  const budget = new MemoryBudget(reader.size);
  const refuseIds = (id: unknown, fail: Fail) => {
    throw fail(`expected no persistent id here, got ${describe(id)}`);
  };
  const plain: PickleOptions = { callables, budget, persistentLoad: refuseIds };
  const storages = new TarStorages(reader);
  await storages.locate(new MemberStream(reader, inStorages, plain), budget);
  const tensors = await readTensors(new MemberStream(reader, inTensors, plain), storages.byKey, budget);
  const objects = new Map<string, TensorRef | StorageRef>([...storages.byKey, ...tensors]);
  budget.charge(inPickle.size);
  const bytes = await reader.read(inPickle.start, inPickle.size);
  const { value } = unpickle(bytes, { callables, budget, persistentLoad: persistentLoad(objects) });
  return { value, storages, warnings: [] };
}
