import { CheckpointError, differenceOf, type Folder } from '../../src/core/index.js';

/** A folder on this machine. Node only. */
export function localFolder(path: string): Folder {
  const { stat } = process.getBuiltinModule('node:fs/promises');
  const label = path.endsWith('/') ? path : `${path}/`;
  return {
    label,
    async read(name, { onBytes, into, bytes, sha256 } = {}) {
      const file = `${label}${name}`;
      const refuse = (got: string | undefined, cause?: unknown): never => {
        const text = `${file}: expected a file of a web folder, got ${got}. Convert the checkpoint anew.`;
        throw new CheckpointError(text, { cause });
      };
      const damaged = (difference: string) =>
        new CheckpointError(`${file}: expected ${difference}. The folder is damaged: convert the checkpoint anew.`);
      const fail = (cause: NodeJS.ErrnoException) => refuse(cause.code, cause);
      // Before it is opened, for opening a pipe waits for somebody to write.
      const found = await stat(file).catch(fail);
      if (!found.isFile()) refuse('a folder or device');
      if (bytes !== undefined && found.size !== bytes) throw damaged(`${bytes} bytes, got ${found.size}`);
      const isReady = into !== undefined && found.size <= into.length;
      const target = isReady ? into.subarray(0, found.size) : new Uint8Array(found.size);
      await readInto(file, target).catch(fail);
      const got = await differenceOf(target, { sha256 });
      if (got) throw damaged(`SHA-256 ${sha256}, got ${got.sha256}`);
      onBytes?.(target.length);
      return target;
    },
  };
}

async function readInto(file: string, target: Uint8Array): Promise<void> {
  const { open } = process.getBuiltinModule('node:fs/promises');
  const handle = await open(file, 'r');
  try {
    for (let done = 0; done < target.length; ) {
      const { bytesRead } = await handle.read(target, done, target.length - done, done);
      if (bytesRead === 0) return; // it became shorter, which its hash tells
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
}
