import { chooseEntry, type FetchOptions, type WeightsEntry } from '../../weights/index.js';

/**
 * Brings the file of an entry into the user's cache, unless it is there, and tells its path. A model's name means its default entry.
 *
 * In Node it is downloaded once, checked against its SHA-256, and read from the cache from then on; processes that want it at the
 * same time wait for the first. An interrupted download goes on where it ended.
 *
 * `createModel` does so by itself; call it where weights are to be there before they are needed, as when an image is built.
 *
 * @throws DownloadError if no address gives the file, saying why each did not
 * @throws IntegrityError if the only address gives another file
 * @throws ZooError in a page
 * @example
 * ```ts no-run (downloads 233 MiB)
 * const path = await models.fetchWeights('alexnet');
 * ```
 */
export async function fetchWeights(entry: WeightsEntry | string, options: FetchOptions = {}): Promise<string> {
  const wanted = typeof entry === 'string' ? chooseEntry(entry, true) : entry;
  // Imported when there is something to fetch: most pages never do.
  const { fetchToCache } = await import('#weights-platform');
  return fetchToCache(wanted, options);
}
