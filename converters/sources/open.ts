import { CheckpointError } from '../../src/core/index.js';
import { fromFile } from './file.js';
import { fromUrl } from './http.js';
import { fromBlob, fromBytes } from './memory.js';
import type { ByteSource, CheckpointSource, ReadOptions } from './source.js';

export const fetched = /^(https?|blob|data):/i;

/** In a page a string without a scheme is a URL next to the page; in Node it is a path. */
export function isNode(): boolean {
  return typeof process !== 'undefined' && process.versions?.node !== undefined;
}

/** Finds the adapter for a source. */
export async function openSource(source: CheckpointSource, options: ReadOptions = {}): Promise<ByteSource> {
  options.signal?.throwIfAborted();
  if (source instanceof Uint8Array) return fromBytes(source);
  if (source instanceof ArrayBuffer) return fromBytes(new Uint8Array(source));
  if (source instanceof Blob) return fromBlob(source);
  if (source instanceof URL || typeof source === 'string') {
    const text = String(source);
    if (fetched.test(text)) return fromUrl(text, options);
    const isFileUrl = /^file:/i.test(text);
    if (isNode()) return fromFile(isFileUrl ? new URL(text) : text);
    if (!isFileUrl) return fromUrl(text, options);
    throw new CheckpointError(
      `${text}: expected a URL that a page may read, got a file: URL. Let the user pick the file, and pass the File.`,
    );
  }
  throw new CheckpointError(
    `readCheckpoint: expected a Uint8Array, ArrayBuffer, Blob, path or URL, got ${source === null ? 'null' : typeof source}. ` +
      'Give one of those.',
  );
}
