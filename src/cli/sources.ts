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
  try {
    if (!(await stat(path)).isDirectory()) return [{ image: path }];
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.filter((entry) => !entry.isDirectory() && imageName.test(entry.name)).map(({ name }) => name);
    if (names.length > 0) return names.sort().map((name) => ({ image: join(path, name) }));
    return [{ image: path, error: 'expected a folder with images (jpg, jpeg, png, gif, bmp), got one without.' }];
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return [{ image: path, error: `expected an image or a folder that can be read, got ${code}. Check the path.` }];
  }
}
