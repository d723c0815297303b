import { ZooError } from '../../core/index.js';
import type { RGBImage } from '../../transforms/index.js';
import { type Figure, toPNG } from '../figure/index.js';

/**
 * Writes a picture, or a figure, to a PNG file: under another name first, so that there is never half a file. For Node.
 * @throws ZooError in a page, which has no files: show a picture with `toCanvas`, or offer the bytes of `toPNG`
 * @example
 * ```ts
 * await visualize.savePNG({ width: 1, height: 1, data: Uint8Array.of(255, 0, 0) }, 'red.png');
 * ```
 */
export async function savePNG(picture: RGBImage | Figure, path: string): Promise<void> {
  if (typeof process === 'undefined' || typeof process.getBuiltinModule !== 'function') {
    throw new ZooError(
      'visualize.savePNG: expected Node, got a page, which has no files. Show a picture with toCanvas, or offer the bytes of toPNG.',
    );
  }
  const { rename, rm, writeFile } = process.getBuiltinModule('node:fs/promises');
  const bytes = await toPNG(picture);
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
