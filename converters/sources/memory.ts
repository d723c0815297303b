import { CheckpointError } from '../../src/core/index.js';
import type { ByteSource } from './source.js';

/** Bytes in memory. Reads copy, so tensors never alias the caller's array. */
export function fromBytes(bytes: Uint8Array, label = 'bytes'): ByteSource {
  return {
    label,
    size: bytes.length,
    async readInto(offset, target) {
      target.set(bytes.subarray(offset, offset + target.length));
    },
    async close() {},
  };
}

/** A Blob, or a File that a user picked: only the parts asked for are brought into memory. */
export function fromBlob(blob: Blob): ByteSource {
  const label = 'name' in blob && typeof blob.name === 'string' ? blob.name : 'Blob';
  return {
    label,
    size: blob.size,
    async readInto(offset, target) {
      const part = await blob
        .slice(offset, offset + target.length)
        .arrayBuffer()
        .catch((cause: Error) => {
          throw new CheckpointError(
            `${label}: expected ${target.length} bytes at byte ${offset}, got ${cause.name}. The file changed or went away: pick it again.`,
            { offset, cause },
          );
        });
      target.set(new Uint8Array(part));
    },
    async close() {},
  };
}
