import { checkPadding, type Padding, type PadOptions, pad } from './functional/pad.js';
import type { PadMode } from './functional/padded-axis.js';
import { checkInput } from './input.js';
import { listRepr } from './python.js';
import type { ImageOrTensor, Transform } from './transform.js';

/**
 * Pads an image on its sides.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]`; the same kind comes out. `functional.pad` says more.
 *
 * @throws ZooError where an argument makes no sense.
 * @throws ShapeError where the image is too small for its mirror image.
 * @example
 * const framed = new Pad(4, { paddingMode: 'reflect' }).apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Pad.html
 */
export class Pad implements Transform<ImageOrTensor, ImageOrTensor> {
  readonly padding: Padding;
  readonly fill: number | readonly number[];
  readonly paddingMode: PadMode;

  constructor(padding: Padding, options: PadOptions = {}) {
    checkPadding('Pad', padding, options);
    this.padding = padding;
    this.fill = options.fill ?? 0;
    this.paddingMode = options.paddingMode ?? 'constant';
  }

  apply<T extends ImageOrTensor>(input: T): T {
    checkInput('Pad', input);
    return pad(input, this.padding, { fill: this.fill, paddingMode: this.paddingMode });
  }

  toString(): string {
    return `Pad(padding=${listRepr(this.padding)}, fill=${listRepr(this.fill)}, padding_mode=${this.paddingMode})`;
  }
}
