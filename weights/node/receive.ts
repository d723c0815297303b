import type { Hash } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { type Answer, expectNoHtml } from '../answer.js';
import { Failure } from '../failure.js';
import { differingText, fitsSize, sizeLimits, sizeText } from '../known.js';
import type { PublishedFile } from '../published-file.js';
import { networkFailure } from './network-failure.js';
import type { Place } from './place.js';
import type { Watchdog } from './watchdog.js';

/**
 * Writes an answer's body behind what has arrived before, and hashes it on the way.
 * @throws Failure if it ends too early, goes on too long, or is a page
 */
export async function receive(
  { body, start, total }: Answer,
  place: Place,
  entry: PublishedFile,
  { hash, watchdog, onProgress }: { hash: Hash; watchdog: Watchdog; onProgress(loaded: number, total: number): void },
): Promise<void> {
  const { max } = sizeLimits(entry);
  let loaded = start;
  const handle = await open(place.partial, 'a');
  try {
    for await (const chunk of chunksOf(body)) {
      watchdog.feed();
      if (loaded === 0) expectNoHtml(chunk);
      loaded += chunk.length;
      if (loaded > max) throw new Failure(`more than ${sizeText(entry)}`, { startOver: start > 0 });
      await handle.writeFile(chunk);
      hash.update(chunk);
      onProgress(loaded, total ?? max);
    }
    await handle.sync();
  } finally {
    await handle.close();
    if (loaded > max) await rm(place.partial, { force: true });
  }
  if (!fitsSize(entry, loaded)) {
    // The server says that this is all: what it sent is no beginning of the file.
    await rm(place.partial, { force: true });
    throw new Failure(differingText(loaded, entry), { again: true, startOver: start > 0 });
  }
  // Whoever took the lock of a process that was asleep writes here too.
  if ((await stat(place.partial)).size !== loaded) {
    throw new Failure('a second process that writes the same file', { again: true, startOver: true });
  }
}

/** What goes wrong between chunks is the network's fault, what goes wrong with them is not. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body as unknown as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw networkFailure(error);
  }
}
