import type { RGBImage } from '../../transforms/index.js';
import type { Figure, TextMark } from './figure.js';
import { drawBox, drawDot, drawLine } from './raster.js';

/** A figure as the bytes of a PNG file, its texts in jimp's font. Imported late: jimp is large. */
export async function paint({ width, height, marks }: Figure): Promise<Uint8Array> {
  const { Jimp, loadFont, measureText } = await import('jimp');
  const { SANS_14_BLACK } = await import('jimp/fonts');
  const font = await loadFont(SANS_14_BLACK);
  const image = new Jimp({ width, height });
  const write = ({ at: [x, y], text, anchor }: TextMark) => {
    const before = { start: 0, middle: 0.5, end: 1 }[anchor] * measureText(font, text);
    image.print({ font, x: Math.round(x - before), y: Math.round(y - font.common.lineHeight / 2), text });
  };
  for (const mark of marks) {
    switch (mark.kind) {
      case 'line':
        drawLine(image.bitmap, mark);
        break;
      case 'dot':
        drawDot(image.bitmap, mark);
        break;
      case 'box':
        drawBox(image.bitmap, mark);
        break;
      case 'text':
        write(mark);
        break;
    }
  }
  return new Uint8Array(await image.getBuffer('image/png'));
}

/** Pixels as the bytes of a PNG file. */
export async function encode({ width, height, data }: RGBImage): Promise<Uint8Array> {
  const { Jimp } = await import('jimp');
  const image = new Jimp({ width, height, color: 0x000000ff });
  for (let i = 0; i < width * height; i++) image.bitmap.data.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
  return new Uint8Array(await image.getBuffer('image/png'));
}
