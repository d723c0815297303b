import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadFileOptions } from '../core/index.js';
import { readFromUrl } from './read-from-url.js';

// What `#datasets-platform` is in Node.

/** A file of a folder, by path or URL; undefined where there is none of that name. */
export async function readFrom(
  folder: string | URL,
  name: string,
  options: ReadFileOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const address = String(folder);
  if (/^https?:/i.test(address)) return readFromUrl(address, name, options);
  const path = /^file:/i.test(address) ? fileURLToPath(address) : address;
  try {
    const { buffer, byteOffset, length } = await readFile(join(path, name), { signal: options.signal });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (/^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Where data sets may lie without being named: in TFJS_ZOO_DATA, and where Debian's package puts them. */
export function usualFolders(debian: string | undefined): string[] {
  return [process.env.TFJS_ZOO_DATA, debian].filter((folder) => folder !== undefined && folder !== '') as string[];
}
