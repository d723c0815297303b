import { forkRandom, type Random, ZooError } from '../core/index.js';
import { checkRange, type Range, rangeRepr, shuffled, uniformIn } from './drawing.js';
import { adjustBrightness, adjustContrast, adjustSaturation } from './functional/adjust.js';
import { adjustHue } from './functional/hue.js';
import { checkInput, copyOf } from './input.js';
import { tidyOutput } from './tidy.js';
import type { ImageOrTensor, Transform } from './transform.js';

export interface ColorJitterOptions {
  /** A factor is drawn from `[max(0, 1 - brightness), 1 + brightness]`, or from the range given. Default 0. */
  brightness?: number | Range;
  /** As brightness. Default 0. */
  contrast?: number | Range;
  /** As brightness. Default 0. */
  saturation?: number | Range;
  /** A factor is drawn from `[-hue, hue]`, at most 0.5, or from the range given. Default 0. */
  hue?: number | Range;
}

/** A factor for each part, null to leave it out, and their order: 0 is brightness, 1 contrast, 2 saturation, 3 hue. */
export type ColorJitterParams = [
  order: number[],
  brightness: number | null,
  contrast: number | null,
  saturation: number | null,
  hue: number | null,
];

const adjustments = [adjustBrightness, adjustContrast, adjustSaturation, adjustHue] as const;

/**
 * Changes an image's brightness, contrast, saturation and hue at random, one after the other in random order.
 *
 * Shape: an 8-bit image, or a float tensor `[H, W, C]` or `[N, H, W, C]` of values 0 to 1, C 3 or 1; the same comes out. All images of
 * a batch are changed by the same factors.
 *
 * @throws ZooError where a range makes no sense.
 * @throws ShapeError where a tensor has neither 3 channels nor 1.
 * @example
 * const augmented = new ColorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 }).apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.ColorJitter.html
 */
export class ColorJitter implements Transform<ImageOrTensor, ImageOrTensor> {
  /** Null where nothing changes. */
  readonly brightness: Range | null;
  readonly contrast: Range | null;
  readonly saturation: Range | null;
  readonly hue: Range | null;

  constructor(options: ColorJitterOptions = {}) {
    const { brightness = 0, contrast = 0, saturation = 0, hue = 0 } = options;
    this.brightness = factorRange('brightness', brightness);
    this.contrast = factorRange('contrast', contrast);
    this.saturation = factorRange('saturation', saturation);
    this.hue = hueRange(hue);
  }

  /** Draws an order and the factors. */
  static getParams(
    brightness: Range | null,
    contrast: Range | null,
    saturation: Range | null,
    hue: Range | null,
    random: Random = forkRandom(),
  ): ColorJitterParams {
    const order = shuffled([0, 1, 2, 3], random);
    const draw = (range: Range | null) => (range === null ? null : uniformIn(range, random));
    return [order, draw(brightness), draw(contrast), draw(saturation), draw(hue)];
  }

  apply<T extends ImageOrTensor>(input: T): T;
  apply(input: ImageOrTensor): ImageOrTensor {
    checkInput('ColorJitter', input);
    const [order, ...factors] = ColorJitter.getParams(this.brightness, this.contrast, this.saturation, this.hue);
    const parts = order.filter((part) => factors[part] !== null);
    if (parts.length === 0) return copyOf(input);
    return tidyOutput(() => parts.reduce((image, part) => adjustments[part]!(image, factors[part]!), input));
  }

  toString(): string {
    const repr = (range: Range | null) => (range === null ? 'None' : rangeRepr(range));
    return (
      `ColorJitter(brightness=${repr(this.brightness)}, contrast=${repr(this.contrast)}, ` +
      `saturation=${repr(this.saturation)}, hue=${repr(this.hue)})`
    );
  }
}

function factorRange(name: string, given: number | Range): Range | null {
  if (typeof given === 'number') {
    checkDistance(name, given, Number.MAX_VALUE);
    return given === 0 ? null : [Math.max(1 - given, 0), 1 + given];
  }
  checkRange('ColorJitter', name, given, 0, Number.MAX_VALUE);
  return given[0] === 1 && given[1] === 1 ? null : given;
}

function hueRange(given: number | Range): Range | null {
  if (typeof given === 'number') {
    checkDistance('hue', given, 0.5);
    return given === 0 ? null : [-given, given];
  }
  checkRange('ColorJitter', 'hue', given, -0.5, 0.5);
  return given[0] === 0 && given[1] === 0 ? null : given;
}

function checkDistance(name: string, given: number, most: number): void {
  if (Number.isFinite(given) && given >= 0 && given <= most) return;
  const bounds = most === Number.MAX_VALUE ? 'at least 0' : `from 0 to ${most}`;
  throw new ZooError(
    `ColorJitter: expected ${name} to be ${bounds}, or [min, max], got ${given}. Give 0 to change nothing.`,
  );
}
