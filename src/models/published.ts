import type { FetchOptions, WeightsEntry } from '../../weights/index.js';
import { CheckpointError, type Folder } from '../core/index.js';
import { fetchWeights } from './fetch-weights.js';
import type { WeightsSource } from './load-weights.js';

/** Has `use` take published weights from the user's cache, where they are fetched to. */
export async function usePublished<T>(
  entry: WeightsEntry,
  options: FetchOptions,
  use: (source: WeightsSource | Folder) => Promise<T>,
): Promise<T> {
  const file = await fetchWeights(entry, options);
  try {
    return await use(file);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    // A cached file may decay with nothing to show for it.
    return use(await fetchWeights(entry, { ...options, recheck: true }));
  }
}
