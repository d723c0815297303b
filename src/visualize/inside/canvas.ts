import { ZooError } from '../../core/index.js';
import { checkImage, type RGBImage } from '../../transforms/index.js';

/**
 * A picture in a canvas of its size: a new one, or the one that is given. For pages.
 * @throws ZooError where there is no document and no canvas is given
 * @throws ImageError for what is no picture
 * @example
 * ```ts no-run (needs a page)
 * const model = await createModel('alexnet');
 * document.body.append(visualize.toCanvas(await visualize.filters(model.features[0])));
 * ```
 */
export function toCanvas(image: RGBImage): HTMLCanvasElement;
export function toCanvas<Canvas extends HTMLCanvasElement | OffscreenCanvas>(image: RGBImage, canvas: Canvas): Canvas;
export function toCanvas(
  image: RGBImage,
  canvas: HTMLCanvasElement | OffscreenCanvas | undefined = globalThis.document?.createElement('canvas'),
): HTMLCanvasElement | OffscreenCanvas {
  checkImage('visualize.toCanvas', image);
  if (!canvas) {
    throw new ZooError(
      'visualize.toCanvas: expected a page, got no document. Pass a canvas; in Node save the picture with savePNG.',
    );
  }
  const { width, height, data } = image;
  [canvas.width, canvas.height] = [width, height];
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    pixels.data.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
    pixels.data[4 * i + 3] = 255;
  }
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
  context!.putImageData(pixels, 0, 0);
  return canvas;
}
