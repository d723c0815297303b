import { encode, paint } from '#figure-platform';
import { checkImage, type RGBImage } from '../../transforms/index.js';
import type { Figure } from './figure.js';

/**
 * A figure, or a picture, as the bytes of a PNG file.
 *
 * In Node a figure's texts are in a font of Latin letters: of others each is a question mark. `toSVG` has no such limit.
 * @throws ImageError for what is neither
 */
export async function toPNG(picture: Figure | RGBImage): Promise<Uint8Array> {
  if ('marks' in picture) return paint(picture);
  checkImage('toPNG', picture);
  return encode(picture);
}
