import { readFrom } from '#datasets-platform';
import type { FetchOptions, PublishedFile } from '../../weights/index.js';

/**
 * The bytes of a published file, from the cache, or downloaded and verified.
 * @throws DownloadError with the reason of each address
 */
export async function readPublished(file: PublishedFile, options: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { fetchPublished } = await import('#weights-platform');
  return bytesOf(await fetchPublished(file, options), options);
}

/** Node's cache tells a path, a page's has the file. */
async function bytesOf(file: string | Blob, { signal }: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof file !== 'string') return new Uint8Array(await file.arrayBuffer());
  return (await readFrom('', file, { signal }))!;
}
