import { readFrom } from '#datasets-platform';
import type { ReadFileOptions } from '../core/index.js';

/** A file, and the folder it was found in, if in one. */
export interface FoundFile {
  readonly folder: string | undefined;
  /** Of the file, for messages. */
  readonly place: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where the files of a set may lie in a folder: there, in raw, or where torchvision keeps them. */
export function foldersIn(root: string | URL, set: string): string[] {
  const base = String(root).replace(/([^/])$/, '$1/');
  return [`${base}${set}/raw/`, `${base}raw/`, base];
}

/** The first file of that name, gzipped or not. */
export async function findFile(
  folders: readonly string[],
  name: string,
  options: ReadFileOptions,
): Promise<FoundFile | undefined> {
  for (const folder of folders) {
    for (const file of [`${name}.gz`, name]) {
      const bytes = await readFrom(folder, file, options);
      if (bytes) return { folder, place: folder + file, bytes };
    }
  }
  return undefined;
}
