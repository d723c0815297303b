import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The path of a folder that is named by path, from the home folder too, or by a file: URL. */
export function localPath(folder: string | URL): string {
  const text = String(folder);
  return /^file:/i.test(text) ? fileURLToPath(text) : text.replace(/^~(?=$|[\\/])/, homedir());
}
