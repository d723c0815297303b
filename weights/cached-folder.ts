import {
  CheckpointError,
  collect,
  DownloadError,
  differenceOf,
  type Folder,
  type ReadFileOptions,
} from '../src/core/index.js';
import { dropStale, type WeightsCache } from './cache.js';
import { Keeper } from './keeper.js';

/**
 * A folder on a server whose files are kept: those whose hash is known are fetched once, others again each time, and taken from the cache only
 * where the server does not give them. Who reads does not wait until they are kept.
 * @internal
 */
export class CachedFolder implements Folder {
  readonly label: string;
  readonly #folder: Folder;
  readonly #cache: WeightsCache;
  readonly #keeper: Keeper;

  constructor(folder: Folder, cache: WeightsCache) {
    this.label = folder.label;
    this.#folder = folder;
    this.#cache = cache;
    this.#keeper = Keeper.of(cache);
  }

  async read(name: string, options: ReadFileOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const { bytes, sha256, onBytes, check } = options;
    const key = `${this.label}${name}${sha256 ? `?sha256=${sha256}` : ''}`;
    const kept = this.#keeper.waiting(key) ?? (await bytesOf(this.#cache, key, options));
    const isWhole = kept && !(await differenceOf(kept, { bytes, sha256 }));
    if (isWhole && sha256) {
      onBytes?.(kept.length);
      return kept;
    }
    try {
      // Not into the memory that was given: there lies what is kept, and may still be needed; and what comes waits to be kept.
      const asked = { ...options, into: undefined, isKept: sha256 !== undefined };
      const fresh = await this.#folder.read(name, isWhole ? { ...asked, retries: 0 } : asked);
      check?.(fresh);
      await this.#keeper.keep(key, fresh);
      return fresh;
    } catch (error) {
      // What was good once is better than a server that has nothing, or nonsense.
      if (isWhole && (error instanceof DownloadError || error instanceof CheckpointError)) return kept;
      throw error;
    }
  }

  /** When all that was read is kept, or there was no room for it. */
  get settled(): Promise<void> {
    return this.#keeper.settled;
  }

  /** Removes what is kept of earlier conversions, once the files of this one are. */
  async dropStale(files: Parameters<typeof dropStale>[2]): Promise<void> {
    await this.settled;
    await dropStale(this.#cache, this.#folder, files).catch(() => {}); // there is no harm in them
  }
}

async function bytesOf(
  cache: WeightsCache,
  key: string,
  options: ReadFileOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const reader = (await cache.match(key))?.body?.getReader();
    return reader && (await collect(async () => (await reader.read()).value, Number.POSITIVE_INFINITY, options));
  } catch {
    return undefined; // what cannot be read is not there
  }
}
