import { CheckpointError } from '../../src/core/index.js';
import { blocksOf } from './blocks.js';
import type { Encoding, WriteOptions } from './sink.js';

/** The system's errors carry a code; an abort's reason or an error of `onProgress` is the caller's own. */
function unwritable(label: string, cause: unknown, reason: unknown): unknown {
  const code: unknown = (cause as NodeJS.ErrnoException | null)?.code;
  if (typeof code !== 'string' || cause === reason) return cause;
  return new CheckpointError(
    `${label}: expected a file that can be written, got ${code}. Check the path, its rights and the free space.`,
    { cause },
  );
}

/**
 * Writes a file beside its place, and moves it there when it is whole: on failure, what was there is still there.
 *
 * Node only; with sources/file.ts the one place of this folder that asks for a Node module.
 */
export async function writeToFile(path: string | URL, encoding: Encoding, options: WriteOptions): Promise<void> {
  // Asked for at run time, so that no bundler for browsers has to resolve it.
  const { access, chmod, constants, open, realpath, rename, rm, stat } = process.getBuiltinModule('node:fs/promises');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const label = String(path);
  try {
    // A link stays a link: the file that it points to is the one to replace.
    const given = path instanceof URL ? fileURLToPath(path) : path;
    const place = await realpath(given).catch(() => given);
    const before = await stat(place).catch(() => undefined);
    if (before && !before.isFile()) {
      throw new CheckpointError(
        `${label}: expected a file that can be written, got a folder or device. Name a file in it.`,
      );
    }
    if (before) await access(place, constants.W_OK);
    const beside = `${place}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    const handle = await open(beside, 'wx');
    try {
      try {
        for await (const block of blocksOf(encoding, options)) await handle.writeFile(block);
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (before) await chmod(beside, before.mode);
      await rename(beside, place);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  } catch (error) {
    throw unwritable(label, error, options.signal?.reason);
  }
}

/**
 * Writes a small file as checkpoints are written: whole, or not at all. Node only.
 * @internal
 */
export function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  return writeToFile(path, { size: bytes.length, chunks: () => [bytes] }, {});
}
