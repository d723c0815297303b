import { CheckpointError, differenceOf, type Folder, fetchFile } from '../src/core/index.js';
import type { WeightsEntry } from './entry.js';
import type { FetchOptions } from './options.js';

/**
 * The web folder that an entry's `files` are, wherever a bundler has put each of them.
 * @internal
 */
export function bundledFolder({ url, files, sha256 }: WeightsEntry, { signal }: FetchOptions = {}): Folder {
  return {
    label: new URL('.', url).href,
    async read(name, options = {}) {
      const address = files?.[name];
      if (address === undefined) {
        throw new CheckpointError(`${url}: expected a file among ${Object.keys(files ?? {}).join(', ')}, got ${name}.`);
      }
      // Of the manifest the entry has the hash, and the manifest has those of the others.
      const expected = { ...options, sha256: options.sha256 ?? sha256 };
      if (!address.startsWith('file:')) return fetchFile(address, { ...expected, signal });
      const { readFile } = process.getBuiltinModule('node:fs/promises');
      const read = await readFile(new URL(address)).catch((cause: NodeJS.ErrnoException) => {
        throw new CheckpointError(`${address}: expected a file of this package, got ${cause.code}. Install it anew.`, {
          cause,
        });
      });
      const bytes = new Uint8Array(read.buffer, read.byteOffset, read.length); // a Buffer's slice would be no copy
      if (await differenceOf(bytes, expected)) {
        throw new CheckpointError(
          `${address}: expected the file that this package came with, got another. Install it anew.`,
        );
      }
      options.onBytes?.(bytes.length);
      return bytes;
    },
  };
}
