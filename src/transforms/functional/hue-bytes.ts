import { imageLike, type PixelImage } from '../image.js';

// Pillow's conversions between RGB and HSV in bytes, with its mixture of float32 (`fround`) and float64: rounding differs otherwise.

const { fround } = Math;

/** Turns the hue of an RGB image by `turn`, of which 256 are a whole circle. */
export function turnHue(image: PixelImage, turn: number): PixelImage {
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < data.length; i += 3) {
    const r = image.data[i]!;
    const g = image.data[i + 1]!;
    const b = image.data[i + 2]!;
    const value = Math.max(r, g, b);
    const chroma = value - Math.min(r, g, b);
    const hue = (hueByte(r, g, b, value, chroma) + turn) & 255;
    const saturation = chroma === 0 ? 0 : Math.trunc(fround(chroma / value) * 255);
    writeRGB(data, i, hue, saturation, value);
  }
  return imageLike(image, image.width, image.height, data);
}

/** Red is 0, green 85, blue 170. */
function hueByte(r: number, g: number, b: number, value: number, chroma: number): number {
  if (chroma === 0) return 0;
  const fromRed = fround((value - r) / chroma);
  const fromGreen = fround((value - g) / chroma);
  const fromBlue = fround((value - b) / chroma);
  const sixths = r === value ? fromBlue - fromGreen : g === value ? 2 + fromRed - fromBlue : 4 + fromGreen - fromRed;
  return Math.trunc(fround((fround(sixths) / 6 + 1) % 1) * 255);
}

function writeRGB(data: Uint8Array, at: number, hue: number, saturation: number, value: number): void {
  const sixths = (hue * 6) / 255;
  const sector = Math.floor(sixths);
  const fraction = fround(sixths - sector);
  const s = fround(saturation / 255);
  // C's round, which Math.round is from 0 on.
  const low = Math.round(value * (1 - s));
  const falling = Math.round(value * (1 - fround(s * fraction)));
  const rising = Math.round(value * (1 - s * (1 - fraction)));
  // Green lies two sectors after red, blue four.
  data[at] = level(sector, value, falling, low, rising);
  data[at + 1] = level(sector + 4, value, falling, low, rising);
  data[at + 2] = level(sector + 2, value, falling, low, rising);
}

/** How much of a color there is `sector` sixths of the circle after its own place. */
function level(sector: number, value: number, falling: number, low: number, rising: number): number {
  switch (sector % 6) {
    case 1:
      return falling;
    case 2:
    case 3:
      return low;
    case 4:
      return rising;
    default:
      return value;
  }
}
