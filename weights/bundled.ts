import { CheckpointError, differenceOf, type ExpectedFile, type Folder, fetchFile, sha256 } from '../src/core/index.js';
import type { WeightsEntry } from './entry.js';
import { fitsHash } from './known.js';
import type { FetchOptions } from './options.js';

/**
 * The web folder that an entry's `files` are, wherever a bundler has put each of them.
 * @internal
 */
export function bundledFolder(entry: WeightsEntry, { signal }: FetchOptions = {}): Folder {
  const { url, files } = entry;
  return {
    label: labelOf(entry),
    async read(name, options = {}) {
      const address = files?.[name];
      if (address === undefined) {
        throw new CheckpointError(`${url}: expected a file among ${Object.keys(files ?? {}).join(', ')}, got ${name}.`);
      }
      // Of the manifest the entry has the hash, and the manifest those of the others.
      const expectKnown = async (bytes: Uint8Array<ArrayBuffer>, expected: ExpectedFile) => {
        const isKnown = name !== 'model.json' || fitsHash(entry, await sha256(bytes));
        if (isKnown && !(await differenceOf(bytes, expected))) return bytes;
        throw new CheckpointError(
          `${address}: expected the file that this package came with, got another. Install it anew.`,
        );
      };
      if (!address.startsWith('file:')) {
        const signals = [signal, options.signal].filter((each) => each !== undefined);
        return expectKnown(await fetchFile(address, { ...options, signal: AbortSignal.any(signals) }), {});
      }
      const { readFile } = process.getBuiltinModule('node:fs/promises');
      const read = await readFile(new URL(address)).catch((cause: NodeJS.ErrnoException) => {
        throw new CheckpointError(`${address}: expected a file of this package, got ${cause.code}. Install it anew.`, {
          cause,
        });
      });
      const bytes = new Uint8Array(read.buffer, read.byteOffset, read.length); // a Buffer's slice would be no copy
      await expectKnown(bytes, options);
      options.onBytes?.(bytes.length);
      return bytes;
    },
  };
}

/**
 * By what a page's cache knows the folder: one for each entry, for a bundler may put the files of all entries side by side, and the small ones
 * into its code, as data: URLs.
 */
function labelOf({ model, name, url, files }: WeightsEntry): string {
  const address = [url, ...Object.values(files ?? {})].find((each) => !each.startsWith('data:'));
  if (address === undefined) return `${model}/${name}/`;
  const folder = new URL('.', address);
  return folder.protocol === 'file:' ? folder.href : new URL(`${model}/${name}/`, folder).href;
}
