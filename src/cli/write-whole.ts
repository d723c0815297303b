import { randomUUID } from 'node:crypto';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { ZooError } from '../core/index.js';

/**
 * Writes a file beside its place and moves it there when it is whole: on failure, what was there is still there.
 * @throws ZooError if it cannot be written
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  // A link stays a link: the file that it points to is the one to replace.
  const place = await realpath(file).catch(() => file);
  const beside = `${place}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const before = await stat(place).catch(() => undefined);
    if (before && !before.isFile()) throw Object.assign(new Error(), { code: 'a folder or device' });
    await writeFile(beside, content, { flag: 'wx' });
    await rename(beside, place);
  } catch (cause) {
    await rm(beside, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw new ZooError(`${file}: expected a file that can be written, got ${code}. Check the path and its rights.`, {
      cause,
    });
  }
}
