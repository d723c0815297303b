import { CheckpointError } from '../../src/core/index.js';
import { blocksOf } from './blocks.js';
import type { Encoding, WriteOptions } from './sink.js';

/** Writes to a stream at the pace that it takes: closes it at the end, aborts it on failure. */
export async function writeToStream(
  who: string,
  stream: WritableStream<Uint8Array<ArrayBuffer>>,
  encoding: Encoding,
  options: WriteOptions,
): Promise<void> {
  if (stream.locked) {
    throw new CheckpointError(
      `${who}: expected a stream that is free, got one with a writer. Release it with writer.releaseLock().`,
    );
  }
  const blocks = blocksOf(encoding, options);
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = await blocks.next();
        if (done) controller.close();
        // Copied, for whoever reads the stream may keep what it gets.
        else controller.enqueue(value.slice());
      },
    },
    { highWaterMark: 0 },
  );
  const { signal } = options;
  if (!signal) return source.pipeTo(stream);
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { signal: settled.signal });
  });
  // Both, for a stream that takes nothing more does not finish aborting either.
  await Promise.race([source.pipeTo(stream, { signal }), aborted]).finally(() => settled.abort());
}
