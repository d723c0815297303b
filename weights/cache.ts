import type { Folder } from '../src/core/index.js';

/** Where a page keeps weights: a browser's Cache, or anything that does the same. */
export interface WeightsCache {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
}

const NAME = 'tfjs-zoo';

/** Opened once, so that all who read know what is still on its way into it. */
let own: Promise<WeightsCache | undefined> | undefined;

/**
 * The page's own Cache Storage, where there is one: not in Node, nor in pages that are not served securely.
 * @internal
 */
export async function openCache(given?: WeightsCache | false): Promise<WeightsCache | undefined> {
  if (given !== undefined) return given || undefined;
  own ??= (async () => globalThis.caches?.open(NAME))().catch(() => undefined); // forbidden, as in some private windows
  return own;
}

/**
 * Removes what is kept of earlier conversions into a folder, from caches that can tell what they have.
 */
export async function dropStale(
  cache: WeightsCache,
  { label }: Folder,
  files: readonly { readonly path: string; readonly sha256?: string | undefined }[],
): Promise<void> {
  const { keys, delete: remove } = cache as Partial<Cache>;
  if (!keys || !remove) return;
  const wanted = new Set(files.map(({ path, sha256 }) => `${label}${path}?sha256=${sha256}`));
  for (const { url } of await keys.call(cache)) {
    const isOfFolder = url.startsWith(label) && /^[^/]+\?sha256=/.test(url.slice(label.length));
    if (isOfFolder && !wanted.has(url)) await remove.call(cache, url);
  }
}

/** Keeps a file if there is room, and tells whether there was: weights that were not kept are still weights. */
export async function keep(cache: WeightsCache, key: string, body: Uint8Array<ArrayBuffer> | Blob): Promise<boolean> {
  try {
    await cache.put(key, new Response(body));
    return true;
  } catch (error) {
    const got = String(error).replace(/\.$/, '');
    const size = body instanceof Blob ? body.size : body.length;
    console.warn(
      `tfjs-zoo: expected room for ${size} bytes in the page's cache, got ${got}. ${key} is used and not kept: free storage of this site, or pass another cache (option cache, false for none).`,
    );
    return false;
  }
}
