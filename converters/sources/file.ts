import { CheckpointError } from '../../src/core/index.js';
import { withReadAhead } from './read-ahead.js';
import type { ByteSource } from './source.js';

/** A read costs as much as copying this many bytes. */
const blockSize = 2 ** 16;

/** Opens a file for random access. Node only: the one place of this folder that asks for a Node module. */
export async function fromFile(path: string | URL): Promise<ByteSource> {
  const label = String(path);
  // Asked for at run time, so that no bundler for browsers has to resolve it.
  const { open, stat, access } = process.getBuiltinModule('node:fs/promises');
  const refuse = (cause: NodeJS.ErrnoException) => {
    throw new CheckpointError(`${label}: expected a checkpoint file, got ${cause.code}. Check the path.`, { cause });
  };
  // Before it is opened, for opening a pipe waits for somebody to write.
  const found = await stat(path).catch(refuse);
  if (!found.isFile()) {
    const isDistributed = await access(`${label.replace(/^file:\/\//, '')}/.metadata`).then(
      () => true,
      () => false,
    );
    throw new CheckpointError(
      isDistributed
        ? `${label}: expected a checkpoint file, got the folder of a distributed checkpoint. In PyTorch, make one file of it ` +
            'with torch.distributed.checkpoint.format_utils.dcp_to_torch_save.'
        : `${label}: expected a checkpoint file, got a folder or device. Name the file in it.`,
    );
  }
  const handle = await open(path, 'r').catch(refuse);
  const file: ByteSource = {
    label,
    size: (await handle.stat()).size,
    // Most of the time goes into giving fresh memory to what is read, which threads do side by side.
    concurrency: 4,
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
  return withReadAhead(file, blockSize);
}
