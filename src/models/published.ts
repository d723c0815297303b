import {
  baseFolderOf,
  bundledFolder,
  chooseEntry,
  entriesFor,
  type FetchOptions,
  sizeText,
  type WeightsEntry,
} from '../../weights/index.js';
import { CheckpointError, DownloadError, type Folder, IntegrityError } from '../core/index.js';
import type { WeightsSource } from './load-weights.js';

/** Builds a model of weights that come from somewhere, and of the options that go with published ones. */
type Use<T> = (source: WeightsSource | Folder, entry?: WeightsEntry) => Promise<T>;

/**
 * Has `use` load what `pretrained` means: published weights, or those that an application serves of a model that has none.
 * @throws as `chooseEntry` and `usePublished` do
 */
export function usePretrained<T>(
  model: string,
  pretrained: true | string,
  options: FetchOptions,
  use: Use<T>,
): Promise<T> {
  const base = baseFolderOf(model);
  if (base !== undefined && pretrained === true && entriesFor(model).length === 0) return use(base);
  return usePublished(chooseEntry(model, pretrained), options, use);
}

/**
 * Has `use` load published weights from the first place that gives them: the folder of the model under the URL that `setBaseUrl` names, then what
 * the package itself has, or else the published file, which Node keeps in the user's cache and a page in its own.
 * @param options with `base: false` for what was published alone
 * @throws DownloadError that names each address, and why it failed
 */
export async function usePublished<T>(
  entry: WeightsEntry,
  { base: isBaseWanted = true, ...options }: FetchOptions & { readonly base?: boolean },
  use: Use<T>,
): Promise<T> {
  const base = isBaseWanted ? baseFolderOf(entry.model) : undefined;
  const attempts: { url: string; reason: string }[] = [];
  if (base !== undefined) {
    try {
      return await use(base, entry);
    } catch (error) {
      options.signal?.throwIfAborted();
      attempts.push(...attemptsOf(error, base));
    }
  }
  const { fetchPublished, isPage } = await import('#weights-platform');
  try {
    if (entry.files) return await use(bundledFolder(entry, options), entry);
    const fetch = (recheck: boolean) => fetchPublished(entry, { ...options, recheck });
    return await useFile(fetch, (file) => use(file, entry));
  } catch (error) {
    options.signal?.throwIfAborted();
    const own = attemptsOf(error, entry.url);
    if (!isPage && attempts.length === 0) throw error; // says already what to do
    attempts.push(...own);
    const tried = attempts.map(({ url, reason }) => `${url} (${reason})`).join(', ');
    throw new DownloadError(
      `pretrained: expected the weights ${entry.name} of ${entry.model} (${sizeText(entry)}), got none from ${tried}. ` +
        `Serve them yourself: npx tfjs-zoo convert ${entry.model} public/models/${entry.model} --dtype float16, and ` +
        "weights.setBaseUrl('/models/').",
      { attempts, cause: error },
    );
  }
}

async function useFile<T>(fetch: (recheck: boolean) => Promise<string | Blob>, use: Use<T>): Promise<T> {
  const file = await fetch(false);
  try {
    return await use(file);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    // A kept file may decay with nothing to show for it.
    return use(await fetch(true));
  }
}

/** What addresses answered, where that is what an error is about. @throws any other error */
function attemptsOf(error: unknown, url: string): readonly { url: string; reason: string }[] {
  if (error instanceof DownloadError && error.attempts.length > 0) return error.attempts;
  if (error instanceof DownloadError || error instanceof CheckpointError) return [{ url, reason: error.message }];
  if (!(error instanceof IntegrityError)) throw error;
  return [{ url: error.url, reason: `SHA-256 ${error.actual} instead of ${error.expected}` }];
}
