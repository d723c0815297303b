// What `#datasets-platform` is outside Node.
export { readFromUrl as readFrom } from './read-from-url.js';

/** A page has no folders but those that it names. */
export function usualFolders(): string[] {
  return [];
}
