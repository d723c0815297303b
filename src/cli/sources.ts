import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** An image that a user named, or that a named folder holds; `error` says why an argument gave none. */
export interface FoundImage {
  readonly image: string;
  readonly error?: string;
}

const imageName = /\.(jpe?g|png|gif|bmp)$/i;

/** Whether a word is a URL and no path; one letter before a colon is a drive of Windows. */
export function isUrl(word: string): boolean {
  return /^[a-z][a-z\d+.-]+:/i.test(word);
}

/** The images of each argument: a folder's in the order of their names, without its subfolders; anything else as it is. */
export async function findImages(words: readonly string[]): Promise<FoundImage[]> {
  return (await Promise.all(words.map((word) => (isUrl(word) ? [{ image: word }] : imagesAt(word))))).flat();
}

async function imagesAt(path: string): Promise<FoundImage[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    // What is not there is told by whoever reads it.
    () => false,
  );
  if (!isFolder) return [{ image: path }];
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.filter((entry) => !entry.isDirectory() && imageName.test(entry.name)).map(({ name }) => name);
    if (names.length > 0) return names.sort().map((name) => ({ image: join(path, name) }));
    return [{ image: path, error: `expected images (jpg, jpeg, png, gif, bmp) in the folder ${path}, got none.` }];
  } catch (error) {
    return [{ image: path, error: `expected a folder that can be read, got ${(error as Error).message}.` }];
  }
}
