import { ZooError } from '../core/index.js';

// What `#datasets-platform` is outside Node.
export { readFromUrl as readFrom } from './read-from-url.js';

/** A page has no folders but those that it names. */
export function usualFolders(): string[] {
  return [];
}

/** @throws ZooError, for a page cannot list folders */
export async function findImages(folder: string | URL): Promise<never> {
  throw new ZooError(
    `ImageFolder.load: expected Node, where folders can be listed, got ${folder} in a page. Let the user choose a folder, and pass its files to ImageFolder.fromFiles.`,
  );
}
