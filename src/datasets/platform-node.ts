import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReadFileOptions, ZooError } from '../core/index.js';
import { localPath } from './local-path-node.js';
import { readFromUrl } from './read-from-url.js';

// What `#datasets-platform` is in Node.
export { findImages } from './find-images-node.js';

/** A file of a folder, which is a path or a URL that ends in a slash; undefined where there is none of that name. */
export async function readFrom(
  folder: string,
  name: string,
  options: ReadFileOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (/^https?:/i.test(folder)) return readFromUrl(folder, name, options);
  const path = join(localPath(folder), name);
  try {
    const { buffer, byteOffset, length } = await readFile(path, { signal: options.signal });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    options.signal?.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ZooError(`${path}: expected a file that can be read, got ${code}. Check its rights.`, { cause: error });
  }
}

/** Where data may lie without being named: in TFJS_ZOO_DATA, and where Debian's package puts it. */
export function usualFolders(debian: string | undefined): string[] {
  return [process.env.TFJS_ZOO_DATA, debian].filter((folder) => folder !== undefined && folder !== '') as string[];
}
