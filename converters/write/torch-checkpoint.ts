import { writeTo } from '../sinks/open.js';
import type { CheckpointTarget, WriteOptions } from '../sinks/sink.js';
import { ValuePickler } from './pickle-value.js';
import { bytesOnDemand, fileSizeOf } from './tensor-bytes.js';
import { torchZip, type ZipRecord } from './torch-zip.js';

const who = 'writeTorchCheckpoint';

function bytesRecord(name: string, bytes: Uint8Array): ZipRecord {
  return { name: `archive/${name}`, size: bytes.length, chunks: () => [bytes] };
}

/**
 * Writes a PyTorch checkpoint, which `torch.load` opens bit for bit, with `weights_only=True` and `mmap=True` too.
 *
 * A state dict, or anything that nests them: `{ model: stateDict, optimizer: { state: new Map([[0, …]]), … }, epoch: 3 }`.
 *
 * - A tensor may be unread, `{ dtype, shape, read }`: it is read when its turn comes, so that memory holds one at a time.
 * - A Map from texts to tensors becomes a `collections.OrderedDict`, as `model.state_dict()` is; any other Map (keys: texts
 *   and integers) and any plain object (keys: texts) a dict; an array a list. Order is kept.
 * - A whole number within ±2⁵³ becomes an int, any other number a float; `new PickleFloat(1)` is 1.0, and `new PickleCounter([[30, 1]])` a
 *   `collections.Counter`. A bigint becomes an int, null None.
 * - `{ dtype, shape, data }` becomes a tensor that needs no gradient. Tensors with the same `data` array and dtype share one storage, as
 *   tied weights do; float16 and bfloat16 are narrowed as by `writeSafetensors`.
 *
 * What `readCheckpoint` gives as `extra` can be written again, but for tensors left unread and objects of unknown classes.
 *
 * Without a target the bytes are returned. A path (Node) is written beside its place and moved there when it is whole, so
 * a failure leaves what was there; a stream is closed at the end, and aborted on failure. Neither holds a second copy of
 * the tensors.
 *
 * Differs from PyTorch: tuples and sets cannot be written, and a value may not contain itself.
 *
 * @throws CheckpointError that names every value that cannot be written, before anything is; and when the target cannot be
 * @see https://docs.pytorch.org/docs/stable/notes/serialization.html
 * @example
 * const net = new nn.Linear(4, 2);
 * await writeTorchCheckpoint(await net.stateDict(), 'net.pth');
 * await writeTorchCheckpoint({ model: await net.stateDict(), epoch: 3, lr: 0.1 }, 'training.pth');
 * console.log((await readCheckpoint('training.pth')).stateDict.size); // 2
 */
export async function writeTorchCheckpoint(
  value: unknown,
  target?: undefined,
  options?: WriteOptions,
): Promise<Uint8Array<ArrayBuffer>>;
export async function writeTorchCheckpoint(
  value: unknown,
  target: CheckpointTarget,
  options?: WriteOptions,
): Promise<void>;
export async function writeTorchCheckpoint(
  value: unknown,
  target?: CheckpointTarget,
  options: WriteOptions = {},
): Promise<unknown> {
  const pickler = new ValuePickler();
  const pickle = pickler.pickle(value);
  pickler.problems.throwIfAny(
    who,
    'tensors { dtype, shape, data }, Maps, plain objects, arrays, texts, numbers, booleans and null',
    'Correct that, and write again: nothing was written.',
  );
  const encoder = new TextEncoder();
  const archive = torchZip([
    bytesRecord('data.pkl', pickle),
    bytesRecord('byteorder', encoder.encode('little')),
    ...pickler.storages.map(
      (tensor, key): ZipRecord => ({
        name: `archive/data/${key}`,
        size: fileSizeOf(tensor),
        chunks: () => bytesOnDemand(tensor),
      }),
    ),
    bytesRecord('version', encoder.encode('3\n')),
  ]);
  return writeTo(who, target, archive, options);
}
