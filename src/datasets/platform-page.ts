import type { ReadFileOptions } from '../core/index.js';
import { readFromUrl } from './read-from-url.js';

// What `#datasets-platform` is outside Node.

/** A file of a folder, by a URL that may be relative to the page; undefined where there is none of that name. */
export function readFrom(
  folder: string | URL,
  name: string,
  options: ReadFileOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return readFromUrl(new URL(folder, document.baseURI).href, name, options);
}

/** A page has no folders but those that it names. */
export function usualFolders(): string[] {
  return [];
}
