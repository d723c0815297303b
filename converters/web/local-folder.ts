import { CheckpointError, differenceOf, type Folder } from '../../src/core/index.js';

/** A folder on this machine. Node only. */
export function localFolder(path: string): Folder {
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  const label = path.endsWith('/') ? path : `${path}/`;
  return {
    label,
    async read(name, { onBytes, ...expected } = {}) {
      const file = `${label}${name}`;
      const read = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
        throw new CheckpointError(
          `${file}: expected a file of a web folder, got ${cause.code}. Convert the checkpoint anew.`,
          { cause },
        );
      });
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
