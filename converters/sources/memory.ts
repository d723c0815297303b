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
  return {
    label: 'name' in blob && typeof blob.name === 'string' ? blob.name : 'Blob',
    size: blob.size,
    async readInto(offset, target) {
      target.set(new Uint8Array(await blob.slice(offset, offset + target.length).arrayBuffer()));
    },
    async close() {},
  };
}
