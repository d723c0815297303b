import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import { DownloadError, IntegrityError } from '../../src/core/index.js';
import { Failure } from '../failure.js';
import { bytesText, sizeLimits, sizeText } from '../known.js';
import type { FetchOptions } from '../options.js';
import { planUrls, withoutPassword } from '../plan.js';
import { type PublishedFile, wordingOf } from '../published-file.js';
import { discard, download, type Job, type Patience, sizeOf } from './download.js';
import { acquireLock, type Lock } from './lock.js';
import { cacheFolderOf, cacheName, type Place, placeIn } from './place.js';
import { findCached, writeRecord } from './record.js';

const usual: Patience = { stall: 30_000, retries: 4, pause: 500, longestPause: 60_000 };

/** Brings an entry's file into the cache, unless it is there, and tells its path. */
export async function fetchToCache(
  entry: PublishedFile,
  options: FetchOptions = {},
  patience: Partial<Patience> = {},
): Promise<string> {
  const { signal, recheck, mirror = process.env.TFJS_ZOO_MIRROR, onProgress } = options;
  const place = placeIn(cacheFolderOf(options.cacheFolder), cacheName(entry));
  const urls = planUrls(entry, mirror);
  signal?.throwIfAborted();
  let lock: Lock | undefined;
  try {
    if ((await findCached(place, entry, { recheck, signal })).there) return place.file;
    await mkdir(place.folder, { recursive: true });
    const total = sizeLimits(entry).max;
    lock = await acquireLock(place.lock, {
      signal,
      onWait: async () => onProgress?.({ stage: 'waiting', loaded: await sizeOf(place.partial), total }),
    });
    // Another process may have brought it meanwhile.
    const cached = await findCached(place, entry, { recheck, signal });
    if (cached.there) return place.file;
    await expectRoom(place, entry);
    const job: Job = {
      entry,
      place,
      patience: { ...usual, ...patience },
      signal,
      onProgress: (loaded, total) => onProgress?.({ stage: 'downloading', loaded, total }),
    };
    const sha256 = await downloadAny(urls, job, cached.damage);
    await rename(place.partial, place.file);
    await rm(place.source, { force: true });
    await writeRecord(place, entry, sha256);
    return place.file;
  } catch (error) {
    throw await explain(error, place, entry, signal);
  } finally {
    if (lock && (await sizeOf(place.partial)) === 0) await discard(place);
    await lock?.release();
  }
}

async function downloadAny(urls: readonly string[], job: Job, damage: string | undefined): Promise<string> {
  const attempts: { url: string; reason: string; cause: unknown }[] = [];
  for (const url of urls) {
    try {
      return await download(url, job);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      attempts.push({ url: withoutPassword(url), reason: error.message, cause: error.cause ?? error });
    }
  }
  const [first] = attempts;
  if (attempts.length === 1 && first!.cause instanceof IntegrityError) throw first!.cause;
  const tried = attempts.map(({ url, reason }) => `${url} (${reason})`).join(', ');
  const { entry } = job;
  const { who, what, remedy } = wordingOf(entry);
  throw new DownloadError(
    `${who}: expected ${what} (${sizeText(entry)}), got none from ${tried}. ` +
      `${damage ? `The copy in the cache is damaged: ${damage}. ` : ''}` +
      remedy,
    { attempts: attempts.map(({ url, reason }) => ({ url, reason })), cause: first?.cause },
  );
}

/** Before hundreds of megabytes have come. */
async function expectRoom(place: Place, entry: PublishedFile): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(place.folder);
  const needed = sizeLimits(entry).max - (await sizeOf(place.partial));
  // Some network file systems do not say how large they are.
  if (blocks > 0 && bavail * bsize < needed) throw noRoom(entry, place, needed, bytesText(bavail * bsize));
}

function noRoom(entry: PublishedFile, place: Place, needed: number, got: string, cause?: unknown): DownloadError {
  return new DownloadError(
    `${wordingOf(entry).who}: expected room for ${needed} bytes in ${place.folder}, got ${got}. ` +
      'Free some, or name another folder (option cacheFolder, or TFJS_ZOO_CACHE).',
    { cause },
  );
}

/** An error of the file system as one that says what to do; any other as it is. */
async function explain(
  error: unknown,
  place: Place,
  entry: PublishedFile,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const { code, syscall } = Object(error) as NodeJS.ErrnoException;
  if (syscall === undefined || (signal?.aborted && error === signal.reason)) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const needed = sizeLimits(entry).max - (await sizeOf(place.partial));
    // A full disk needs the room more than the next try needs a beginning.
    await discard(place);
    return noRoom(entry, place, needed, `${code}`, error);
  }
  return new DownloadError(
    `${wordingOf(entry).who}: expected a cache folder that can be written, got ${code} at ${place.folder}. ` +
      'Check its rights, or name another (option cacheFolder, or TFJS_ZOO_CACHE).',
    { cause: error },
  );
}
