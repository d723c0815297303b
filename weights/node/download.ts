import { createHash } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { IntegrityError } from '../../src/core/index.js';
import { type Answer, headersFor, judge } from '../answer.js';
import { Failure } from '../failure.js';
import { fitsHash, fitsSize, sizeLimits } from '../known.js';
import { withoutPassword } from '../plan.js';
import { type PublishedFile, wordingOf } from '../published-file.js';
import { hashFile } from './hash-file.js';
import { readJson } from './json-file.js';
import { networkFailure } from './network-failure.js';
import type { Place } from './place.js';
import { receive } from './receive.js';
import { request } from './request.js';
import { Watchdog } from './watchdog.js';

/** How long to put up with a server. Milliseconds, and how often to ask again when nothing new has come. */
export interface Patience {
  readonly stall: number;
  readonly retries: number;
  /** Before the first retry; twice as long before each further one. */
  readonly pause: number;
  /** The longest that a server may ask to wait. */
  readonly longestPause: number;
}

export interface Job {
  readonly entry: PublishedFile;
  readonly place: Place;
  readonly patience: Patience;
  readonly signal: AbortSignal | undefined;
  onProgress(loaded: number, total: number): void;
}

/** What is noted of a partial file. */
export interface PartialSource {
  readonly model: string;
  readonly weights: string;
  readonly url: string;
  readonly validator: string | undefined;
}

/** As much as makes a connection worth another try, however often it was cut. */
const worthwhile = 2 ** 20;

/**
 * Completes the partial file from one address, asking again where that may help, and tells its hash.
 * @throws Failure if this address does not give the file
 */
export async function download(url: string, job: Job): Promise<string> {
  const { place, patience, signal } = job;
  let retries = 0;
  let isStartedOver = false;
  for (;;) {
    const before = await sizeOf(place.partial);
    try {
      return await attempt(url, job, before);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      if (error.startOver && !isStartedOver) {
        isStartedOver = true;
        await discard(place);
        continue;
      }
      if ((await sizeOf(place.partial)) >= before + worthwhile) retries = 0;
      const pause = error.pause ?? patience.pause * 2 ** retries;
      if (!error.again || retries >= patience.retries || pause > patience.longestPause) throw error;
      retries++;
      await sleep(pause, undefined, signal ? { signal } : {}).catch(() => {});
      signal?.throwIfAborted();
    }
  }
}

async function attempt(url: string, job: Job, size: number): Promise<string> {
  const { entry, place, patience, signal } = job;
  const isTooLong = size > sizeLimits(entry).max;
  if (isTooLong) await discard(place);
  const had = isTooLong ? 0 : size;
  let hash = had > 0 ? await hashFile(place.partial, signal) : createHash('sha256');
  // Ended between its last byte and its place in the cache.
  if (fitsSize(entry, had)) {
    const sha256 = hash.copy().digest('hex');
    if (fitsHash(entry, sha256)) return sha256;
  }
  const watchdog = new Watchdog(patience.stall, signal);
  let start = had;
  try {
    const answer = await ask(url, job, had, watchdog);
    start = answer.start;
    if (start === 0) {
      if (had > 0) await discard(place);
      hash = createHash('sha256');
      await writeSource(url, job, answer);
    }
    await receive(answer, place, entry, { hash, watchdog, onProgress: job.onProgress });
  } finally {
    watchdog.stop();
  }
  const actual = hash.digest('hex');
  if (fitsHash(entry, actual)) return actual;
  await discard(place);
  throw wrongHash(url, entry, actual, start > 0);
}

async function ask(url: string, { entry, place }: Job, had: number, watchdog: Watchdog): Promise<Answer> {
  const known = had > 0 ? await readJson<PartialSource>(place.source) : undefined;
  const headers = headersFor(had, known?.url === withoutPassword(url) ? known.validator : undefined);
  const response = await request(url, headers, watchdog.signal).catch((error) => {
    throw networkFailure(error);
  });
  try {
    return judge(response, entry, had);
  } catch (error) {
    await response.body?.cancel().catch(() => {});
    throw error;
  }
}

async function writeSource(url: string, { entry, place }: Job, { validator }: Answer): Promise<void> {
  const source: PartialSource = { model: entry.model, weights: entry.name, url: withoutPassword(url), validator };
  await writeFile(place.source, JSON.stringify(source));
}

function wrongHash(address: string, entry: PublishedFile, actual: string, startOver: boolean): Failure {
  const expected = entry.sha256;
  const url = withoutPassword(address);
  const reason = `SHA-256 ${actual} instead of ${expected}`;
  const cause = new IntegrityError(
    `${url}: expected SHA-256 ${expected}${expected.length < 64 ? '…' : ''}, got ${actual}. ` +
      `The server has another file. ${wordingOf(entry).remedy}`,
    { url, expected, actual },
  );
  return new Failure(reason, { cause, startOver });
}

/** Removes what has arrived. */
export async function discard({ partial, source }: Place): Promise<void> {
  await Promise.all([rm(partial, { force: true }), rm(source, { force: true })]);
}

export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
