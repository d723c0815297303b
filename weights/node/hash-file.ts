import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 of a file's bytes, to go on from: more may follow. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const block of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    signal?.throwIfAborted();
    hash.update(block);
  }
  return hash;
}
