import { DownloadError, fetchFile, type ReadFileOptions } from '../core/index.js';

/** A file of a folder on a server; undefined where the server has none of that name. */
export async function readFromUrl(
  folder: string,
  name: string,
  options: ReadFileOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await fetchFile(`${folder.replace(/\/?$/, '/')}${name}`, options);
  } catch (error) {
    // Servers say that in more ways than 404: a refusal, or a page.
    if (error instanceof DownloadError && /HTTP status 40\d|HTML page/.test(error.message)) return undefined;
    throw error;
  }
}
