import type { WeightsCache } from './cache.js';

/** How far fetching has come, in bytes of the file. */
export interface FetchProgress {
  /** 'waiting' while another process downloads the same file: the bytes are those that it has. */
  readonly stage: 'downloading' | 'waiting';
  readonly loaded: number;
  readonly total: number;
}

/** Where weights come from and where they are kept. */
export interface FetchOptions {
  /** Base URL of a mirror, tried first; the file's own name is appended. Default: the variable TFJS_ZOO_MIRROR, if it is set. */
  readonly mirror?: string | undefined;
  /** Node only. Default: the variable TFJS_ZOO_CACHE, else the user's own cache folder. */
  readonly cacheFolder?: string | undefined;
  /** In a page: what keeps the files. Default: the page's Cache Storage; false for nothing. */
  readonly cache?: WeightsCache | false | undefined;
  /** Called as bytes arrive. */
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  /** Stops fetching; the promise is rejected with the signal's reason. What has arrived stays, for the next call to go on from. */
  readonly signal?: AbortSignal | undefined;
  /** Hash what the cache holds, even where nothing shows that it changed. Default false. */
  readonly recheck?: boolean | undefined;
}
