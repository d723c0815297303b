import { sha256 } from '@noble/hashes/sha2.js';
import { DownloadError, hexOf, ZooError } from '../src/core/index.js';
import { type Answer, headersFor, judge } from './answer.js';
import { keep, openCache, type WeightsCache } from './cache.js';
import { Failure } from './failure.js';
import { differingText, fitsHash, fitsSize, sizeLimits } from './known.js';
import type { FetchOptions } from './options.js';
import { planUrls, withoutPassword } from './plan.js';
import { type PublishedFile, wordingOf } from './published-file.js';

// What `#weights-platform` is outside Node.

export const isPage: boolean = true;

/** @throws ZooError, for a page has no paths */
export async function fetchToCache(entry: PublishedFile, { mirror }: FetchOptions = {}): Promise<string> {
  throw new ZooError(
    `fetchWeights: expected Node, where a file has a path, got a page. Pass pretrained to createModel, or ` +
      `${withoutPassword(planUrls(entry, mirror)[0]!)} as weights, if its server lets this page read it.`,
  );
}

/**
 * An entry's file from the first address that gives it to this page, or from the page's cache.
 * @throws DownloadError with the reason of each address
 */
export async function fetchPublished(entry: PublishedFile, options: FetchOptions = {}): Promise<Blob> {
  const cache = await openCache(options.cache);
  const attempts: { url: string; reason: string }[] = [];
  for (const url of planUrls(entry, options.mirror, { isPage: true })) {
    const kept = await keptBlob(cache, url, entry);
    if (kept) return kept;
    try {
      const fetched = await fetchFrom(url, entry, options);
      if (cache) await keep(cache, url, fetched);
      return fetched;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      attempts.push({ url: withoutPassword(url), reason: error.message });
    }
  }
  const tried = attempts.map(({ url }) => url).join(', ');
  const { who, what, remedy } = wordingOf(entry);
  throw new DownloadError(`${who}: expected ${what} from ${tried}, got none. ${remedy}`, { attempts });
}

/** What the cache has of an address, if it is still the entry's file. */
async function keptBlob(cache: WeightsCache | undefined, url: string, entry: PublishedFile): Promise<Blob | undefined> {
  try {
    const response = await cache?.match(url);
    if (!response?.body) return undefined;
    const { blob, sha256 } = await receive({ body: response.body, total: undefined }, entry, () => {});
    return fitsHash(entry, sha256) ? blob : undefined;
  } catch {
    return undefined; // what cannot be read is not there
  }
}

async function fetchFrom(url: string, entry: PublishedFile, { signal, onProgress }: FetchOptions): Promise<Blob> {
  const response = await fetch(url, { headers: headersFor(0), signal: signal ?? null }).catch((cause) => {
    // A page is not told which.
    throw new Failure('no answer, or none that this page may read (CORS)', { cause });
  });
  const answer = judge(response, entry, 0);
  const received = await receive(answer, entry, (loaded, total) =>
    onProgress?.({ stage: 'downloading', loaded, total }),
  );
  if (!fitsHash(entry, received.sha256)) throw new Failure(`SHA-256 ${received.sha256} instead of ${entry.sha256}`);
  return received.blob;
}

/** Reads a body to a Blob, which a browser may keep on its disk, and hashes it on the way. */
async function receive(
  { body, total }: Pick<Answer, 'body' | 'total'>,
  entry: PublishedFile,
  onProgress: (loaded: number, total: number) => void,
): Promise<{ blob: Blob; sha256: string }> {
  const hash = sha256.create();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const most = sizeLimits(entry).max;
  let loaded = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw new Failure(`a cut connection after ${loaded} bytes`, { cause });
    });
    if (done) break;
    loaded += value.length;
    if (loaded > most) {
      await reader.cancel();
      throw new Failure(`a file of ${differingText(loaded, entry)}`);
    }
    hash.update(value);
    parts.push(value as Uint8Array<ArrayBuffer>);
    onProgress(loaded, total ?? most);
  }
  if (!fitsSize(entry, loaded)) throw new Failure(`a file of ${differingText(loaded, entry)}`);
  return { blob: new Blob(parts), sha256: hexOf(hash.digest()) };
}
