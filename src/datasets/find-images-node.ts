import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { ZooError } from '../core/index.js';
import type { FoundImages } from './list-samples.js';
import { localPath } from './local-path-node.js';

/**
 * What lies in the folders of a folder.
 * @param only the names of those to look into; default all
 * @throws ZooError where there is none, or one cannot be read
 */
export async function findImages(folder: string | URL, only: readonly string[] | undefined): Promise<FoundImages> {
  const label = localPath(folder).replace(/(?<=.)[\\/]+$/, '');
  try {
    const entries = await entriesOf(label);
    const folders = entries
      .filter(({ isFolder, name }) => isFolder && (only?.includes(name) ?? true))
      .map(({ name }) => name);
    const paths: string[] = [];
    for (const name of folders) await walk(label, name, [], paths);
    return { label, prefix: `${label}/`, folders, paths };
  } catch (error) {
    const { code, path = label } = error as NodeJS.ErrnoException;
    throw new ZooError(`ImageFolder: expected a folder that can be read at ${path}, got ${code}. Check the path.`, {
      cause: error,
    });
  }
}

/** Adds the files of a folder and of those in it. Links are followed, but not to a folder `above`. */
async function walk(root: string, inner: string, above: readonly string[], paths: string[]): Promise<void> {
  const folder = `${root}/${inner}`;
  const place = await realpath(folder);
  if (above.includes(place)) return;
  for (const { name, isFolder } of await entriesOf(folder)) {
    if (isFolder) await walk(root, `${inner}/${name}`, [...above, place], paths);
    else paths.push(`${inner}/${name}`);
  }
}

async function entriesOf(folder: string): Promise<{ readonly name: string; readonly isFolder: boolean }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return Promise.all(entries.map(async (entry) => ({ name: entry.name, isFolder: await isFolder(folder, entry) })));
}

async function isFolder(folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  // A link that leads nowhere is a file, and an error when it is loaded.
  return (await stat(`${folder}/${entry.name}`).catch(() => undefined))?.isDirectory() ?? false;
}
