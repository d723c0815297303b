import { CheckpointError, differenceOf, type Folder } from '../../src/core/index.js';

/** A folder on this machine. Node only. */
export function localFolder(path: string): Folder {
  const { readFile, stat } = process.getBuiltinModule('node:fs/promises');
  const label = path.endsWith('/') ? path : `${path}/`;
  return {
    label,
    async read(name, { onBytes, ...expected } = {}) {
      const file = `${label}${name}`;
      const refuse = (got: string | undefined, cause?: unknown): never => {
        const text = `${file}: expected a file of a web folder, got ${got}. Convert the checkpoint anew.`;
        throw new CheckpointError(text, { cause });
      };
      const fail = (cause: NodeJS.ErrnoException) => refuse(cause.code, cause);
      // Before it is opened, for opening a pipe waits for somebody to write.
      if (!(await stat(file).catch(fail)).isFile()) refuse('a folder or device');
      const read = await readFile(file).catch(fail);
      const bytes = new Uint8Array(read.buffer, read.byteOffset, read.length); // a Buffer's slice would be no copy
      const got = await differenceOf(bytes, expected);
      if (!got) {
        onBytes?.(bytes.length);
        return bytes;
      }
      const difference =
        got.bytes === undefined
          ? `SHA-256 ${expected.sha256}, got ${got.sha256}`
          : `${expected.bytes} bytes, got ${got.bytes}`;
      throw new CheckpointError(`${file}: expected ${difference}. The folder is damaged: convert the checkpoint anew.`);
    },
  };
}
