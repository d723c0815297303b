import { CheckpointError } from '../../src/core/index.js';
import { MemoryBudget } from '../limits.js';
import { unpickle } from '../pickle/machine.js';
import { quote } from '../pickle/objects.js';
import type { ByteReader } from '../sources/byte-reader.js';
import { ZipArchive } from '../zip.js';
import type { ZipEntry } from '../zip-directory.js';
import { callables } from './callables.js';
import { persistentLoad } from './persistent-id.js';
import type { StorageFile } from './tensor-file.js';
import type { StorageRef } from './tensor-ref.js';

/** What all of PyTorch's containers give: the pickled object, and where its storages are. */
export interface TorchFile {
  readonly value: unknown;
  readonly storages: StorageFile;
  /** What was accepted and should be known. */
  readonly warnings: readonly string[];
}

/** The folder that PyTorch puts all else in; its name is that of the file when it was saved. */
function findPickle(archive: ZipArchive, label: string): ZipEntry {
  const names = [...archive.entries.keys()];
  const pickles = names.filter((name) => name === 'data.pkl' || name.endsWith('/data.pkl'));
  const [name] = pickles;
  if (name !== undefined && pickles.length === 1) {
    const folder = name.slice(0, -'data.pkl'.length);
    if (archive.entries.has(`${folder}constants.pkl`) || names.some((other) => other.startsWith(`${folder}code/`))) {
      throw torchScript(label);
    }
    return archive.entries.get(name)!;
  }
  // torch.export's archives, and TorchScript before PyTorch 1.2, hold their tensors in files without a pickle.
  if (
    names.some((other) => /(^|\/)(archive_format|serialized_exported_program\.json|models\/[^/]+\.json)$/.test(other))
  ) {
    throw new CheckpointError(
      `${label}: expected a state dict, got a program of torch.export (.pt2). In PyTorch, ` +
        'torch.save(torch.export.load(file).state_dict, …).',
    );
  }
  if (names.some((other) => /(^|\/)model\.json$/.test(other))) throw torchScript(label);
  throw new CheckpointError(
    `${label}: expected a PyTorch checkpoint with one data.pkl, got ${whatZipIs(names, pickles.length)}.`,
  );
}

function torchScript(label: string): CheckpointError {
  return new CheckpointError(
    `${label}: expected a state dict, got a TorchScript archive. In PyTorch, ` +
      'torch.save(torch.jit.load(file).state_dict(), …).',
  );
}

function whatZipIs(names: string[], pickles: number): string {
  if (pickles > 1) return `a zip archive with ${pickles}. Unpack it and name one of the checkpoints in it`;
  if (names.length > 0 && names.every((name) => name.endsWith('.npy'))) {
    return 'a NumPy .npz archive. Load it in Python and torch.save a dict of tensors';
  }
  if (names.some((name) => name.endsWith('.weights.h5'))) {
    return 'a Keras archive. Save the weights from PyTorch, or as safetensors';
  }
  const listed = names.slice(0, 5).map(quote).join(', ');
  return `a zip archive of ${names.length} files (${listed}). If the checkpoint is one of them, unpack it first`;
}

const noChecksums = 'The file has no CRC-32 of its contents (all are 0), so damage to its tensors goes unnoticed.';

class ZipStorages implements StorageFile {
  readonly littleEndian: boolean;
  private readonly archive: ZipArchive;
  private readonly folder: string;
  /** The storage read last: the tensors of one storage mostly follow each other, and a deflated one is dear to open. */
  private last: { name: string; read: ReturnType<ZipArchive['openEntry']> } | undefined;

  constructor(archive: ZipArchive, folder: string, littleEndian: boolean) {
    this.archive = archive;
    this.folder = folder;
    this.littleEndian = littleEndian;
  }

  private entryOf(storage: StorageRef): ZipEntry | undefined {
    return this.archive.entries.get(`${this.folder}data/${storage.key}`);
  }

  check(storage: StorageRef): void {
    const expected = storage.numel * storage.elementType.itemSize;
    const size = this.entryOf(storage)?.size;
    if (size === expected || (size === undefined && expected === 0)) return;
    throw new CheckpointError(
      `Checkpoint: expected storage ${quote(storage.key)} of ${expected} bytes (${storage.numel} × ${storage.elementType.name}), got ` +
        `${size === undefined ? 'none' : size}. The file is damaged: fetch it again.`,
    );
  }

  async read(storage: StorageRef, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.entryOf(storage);
    if (!entry || length === 0) return new Uint8Array(0);
    if (this.last?.name !== entry.name) this.last = { name: entry.name, read: this.archive.openEntry(entry) };
    return (await this.last.read)(offset, length);
  }
}

/** Reads the zip container that torch.save has written since PyTorch 1.6: `NAME/data.pkl` and `NAME/data/KEY`. */
export async function openTorchZip(reader: ByteReader, verify: boolean): Promise<TorchFile> {
  const archive = await ZipArchive.open(reader, verify);
  const pickle = findPickle(archive, reader.label);
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const order = archive.entries.get(`${folder}byteorder`);
  const byteOrder = order && order.size <= 16 ? new TextDecoder().decode(await archive.read(order)) : 'little';
  if (byteOrder !== 'little' && byteOrder !== 'big') {
    throw new CheckpointError(
      `${reader.label}: expected byteorder 'little' or 'big', got ${quote(byteOrder)}. The file is damaged: fetch it again.`,
    );
  }
  const budget = new MemoryBudget(reader.size);
  budget.charge(pickle.size);
  const { value } = unpickle(await archive.read(pickle), { callables, persistentLoad, budget });
  return {
    value,
    storages: new ZipStorages(archive, folder, byteOrder === 'little'),
    warnings: archive.hasChecksums ? [] : [noChecksums],
  };
}
