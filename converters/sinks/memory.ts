import { CheckpointError } from '../../src/core/index.js';
import { blocksOf } from './blocks.js';
import type { Encoding, WriteOptions } from './sink.js';

function allocate(who: string, size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new CheckpointError(
      `${who}: expected a file that fits one array, got ${size} bytes. Give a path or a stream to write to.`,
      { cause },
    );
  }
}

/** Writes into memory. */
export async function writeToMemory(
  who: string,
  encoding: Encoding,
  options: WriteOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = allocate(who, encoding.size);
  let written = 0;
  for await (const block of blocksOf(encoding, options)) {
    bytes.set(block, written);
    written += block.length;
  }
  return bytes;
}
