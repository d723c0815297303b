import type { Encoding, WriteOptions } from './sink.js';

/** Large enough to cost nothing, small enough that progress moves and an abort is heard. */
const blockSize = 4 * 2 ** 20;

/**
 * The chunks of an encoding, gathered into blocks: a zip archive is many small pieces, a tensor one large one.
 *
 * All blocks share one memory, which is never the caller's tensors. Progress counts a block when the next is asked for.
 */
export async function* blocksOf(
  encoding: Encoding,
  { signal, onProgress }: WriteOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const total = encoding.size;
  const block = new Uint8Array(Math.min(blockSize, total));
  let filled = 0;
  let written = 0;
  signal?.throwIfAborted();
  for await (const chunk of encoding.chunks()) {
    for (let done = 0; done < chunk.length; ) {
      const part = chunk.subarray(done, done + block.length - filled);
      block.set(part, filled);
      filled += part.length;
      done += part.length;
      // The last block is full only by chance: it is known by the size.
      if (filled < block.length && written + filled < total) continue;
      yield block.subarray(0, filled);
      written += filled;
      filled = 0;
      onProgress?.({ written, total });
      signal?.throwIfAborted();
    }
  }
}
