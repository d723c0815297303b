import { DownloadError, fetchFile, type ReadFileOptions } from '../core/index.js';

/** A file of a folder on a server; undefined where the server has none of that name. */
export async function readFromUrl(
  folder: string,
  name: string,
  options: ReadFileOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await fetchFile(folder + name, options);
  } catch (error) {
    // Servers say so in several ways: not found, forbidden, or with a page of their own.
    if (error instanceof DownloadError && /HTTP status 4(?!08|29)|HTML page/.test(error.message)) return undefined;
    throw error;
  }
}
