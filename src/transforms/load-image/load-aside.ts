import { loadOnThread } from '#image-platform';
import type { RGBImage } from '../image.js';
import { loadImage } from './load-image.js';
import { Turns } from './turns.js';

/** Of large photographs more would fill the memory. */
const turns = new Turns(8);

/**
 * As `loadImage`, for hundreds of files that are asked for at once. In Node they are decoded on other threads; a page's decoders do so by
 * themselves.
 * @internal
 */
export async function loadImageAside(source: string | Blob): Promise<RGBImage> {
  const image = typeof source === 'string' ? await loadOnThread(source) : undefined;
  return image ?? turns.take(() => loadImage(source));
}
