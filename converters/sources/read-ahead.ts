import type { ByteSource } from './source.js';

/** Blocks kept: the two ends of a zip file, where its headers lie, and where reading is now. */
const maxBlocks = 4;

/**
 * A source whose reads smaller than a block go through blocks, so that a model of a thousand small tensors costs few
 * requests. Larger reads go straight to the source.
 *
 * @param head - The first block, where it is there already.
 */
export function withReadAhead(source: ByteSource, blockSize: number, head?: Uint8Array<ArrayBuffer>): ByteSource {
  const blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  if (head) blocks.set(0, Promise.resolve(head));

  async function fetchBlock(start: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(Math.min(blockSize, source.size - start));
    await source.readInto(start, bytes);
    return bytes;
  }

  function block(start: number): Promise<Uint8Array<ArrayBuffer>> {
    const kept = blocks.get(start) ?? fetchBlock(start);
    // Put last again, so that the block unused for longest is the first to go.
    blocks.delete(start);
    blocks.set(start, kept);
    kept.catch(() => blocks.delete(start));
    if (blocks.size > maxBlocks) blocks.delete(blocks.keys().next().value!);
    return kept;
  }

  return {
    ...source,
    async readInto(offset, target) {
      if (target.length >= blockSize) return source.readInto(offset, target);
      for (let done = 0; done < target.length; ) {
        const within = (offset + done) % blockSize;
        const part = (await block(offset + done - within)).subarray(within, within + target.length - done);
        target.set(part, done);
        done += part.length;
      }
    },
    async close() {
      blocks.clear();
      await source.close();
    },
  };
}
