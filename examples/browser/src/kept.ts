/** Whether the library keeps weights of this folder in the browser's Cache Storage. */
export async function isKept(folder: string): Promise<boolean> {
  try {
    const cache = await caches.open('tfjs-zoo');
    return (await cache.keys()).some(({ url }) => url.startsWith(folder) && url.includes('?sha256='));
  } catch {
    return false; // forbidden, as in some private windows
  }
}
