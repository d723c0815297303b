import { bytesPerElement, CheckpointError, type HostTensor, sizeOf } from '../../src/core/index.js';
import { narrowToBfloat16, narrowToFloat16 } from './narrow.js';
import { tensorProblem, type UnreadTensor, type WritableTensor } from './tensor-problem.js';

/** Elements that are converted at a time. */
const pieceLength = 2 ** 20;

/** Bytes of a tensor in a file. */
export function fileSizeOf({ dtype, shape }: WritableTensor): number {
  return sizeOf(shape) * bytesPerElement[dtype];
}

/** The bytes of a tensor, which is read now if it was not. @throws CheckpointError if it is not what was announced */
export async function* bytesOnDemand(tensor: WritableTensor): AsyncGenerator<Uint8Array, void> {
  yield* tensorBytes('data' in tensor ? tensor : await readAnnounced(tensor));
}

async function readAnnounced({ dtype, shape, read }: UnreadTensor): Promise<HostTensor> {
  const tensor = await read();
  const isSame = tensor.dtype === dtype && String(tensor.shape) === String(shape);
  const problem = isSame ? tensorProblem(tensor) : `${tensor.dtype} of shape [${tensor.shape.join(', ')}]`;
  if (problem === undefined) return tensor;
  throw new CheckpointError(
    `Checkpoint: expected to read a tensor ${dtype} of shape [${shape.join(', ')}], as it was announced, got ${problem}. ` +
      'Have read give what dtype and shape say.',
  );
}

/**
 * A tensor's bytes as a file stores them: little-endian, row-major.
 *
 * Where memory and file agree, the pieces are views of the tensor's own memory.
 */
export function* tensorBytes({ dtype, data }: HostTensor): Generator<Uint8Array, void> {
  const isNarrowed = dtype === 'float16' || dtype === 'bfloat16';
  // A piece holds until the next is asked for.
  const narrowed = new Uint16Array(isNarrowed ? Math.min(pieceLength, data.length) : 0);
  for (let start = 0; start < data.length; start += pieceLength) {
    // Seen as integers throughout, for a float may lose a NaN's payload on its way through a register.
    const length = Math.min(pieceLength, data.length - start);
    const byteOffset = data.byteOffset + start * data.BYTES_PER_ELEMENT;
    if (isNarrowed) {
      const bits = new Uint32Array(data.buffer, byteOffset, length);
      (dtype === 'float16' ? narrowToFloat16 : narrowToBfloat16)(bits, narrowed);
      yield new Uint8Array(narrowed.buffer, 0, 2 * length);
    } else if (dtype === 'bool') {
      yield new Uint8Array(data.buffer, byteOffset, length).map((value) => (value === 0 ? 0 : 1));
    } else {
      yield new Uint8Array(data.buffer, byteOffset, length * data.BYTES_PER_ELEMENT);
    }
  }
}
