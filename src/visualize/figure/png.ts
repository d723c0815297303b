import { paint } from '#figure-platform';
import type { Figure } from './figure.js';

/**
 * A figure as the bytes of a PNG file.
 *
 * In Node its texts are in a font of Latin letters: of others each is a question mark. `toSVG` has no such limit.
 */
export function toPNG(figure: Figure): Promise<Uint8Array> {
  return paint(figure);
}
