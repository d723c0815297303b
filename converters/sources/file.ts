import { CheckpointError } from '../../src/core/index.js';
import type { ByteSource } from './source.js';

/** Opens a file for random access. Node only: the one place of this folder that asks for a Node module. */
export async function fromFile(path: string | URL): Promise<ByteSource> {
  const label = String(path);
  // Asked for at run time, so that no bundler for browsers has to resolve it.
  const { open } = process.getBuiltinModule('node:fs/promises');
  const handle = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw new CheckpointError(`${label}: expected a checkpoint file, got ${cause.code}. Check the path.`, { cause });
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new CheckpointError(`${label}: expected a checkpoint file, got a folder or device. Name the file in it.`);
  }
  return {
    label,
    size: stat.size,
    async readInto(offset, target) {
      for (let done = 0; done < target.length; ) {
        const { bytesRead } = await handle.read(target, done, target.length - done, offset + done);
        if (bytesRead === 0) {
          throw new CheckpointError(
            `${label}: expected ${target.length - done} more bytes at byte ${offset + done}, got the end of the file. ` +
              'It became shorter while it was read.',
            { offset: offset + done },
          );
        }
        done += bytesRead;
      }
    },
    close: () => handle.close(),
  };
}
