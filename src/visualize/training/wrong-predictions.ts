import { ZooError } from '../../core/index.js';
import { checkImage, type RGBImage } from '../../transforms/index.js';
import type { Figure, Mark } from '../figure/figure.js';
import { toPNG } from '../figure/png.js';
import { shorten } from '../figure/text.js';
import { expectIntegers } from '../inside/checks.js';

/** An image that a model took for what it is not; `training.wrongPredictions` finds some. */
export interface WrongPrediction {
  readonly image: RGBImage;
  readonly predicted: string;
  readonly actual: string;
  /** Of the predicted class, 0 to 1. */
  readonly probability?: number | undefined;
}

export interface WrongPredictionsOptions {
  /** Above the images. */
  readonly title?: string | undefined;
  /** Images in a row. Default 5. */
  readonly columns?: number | undefined;
  /** Pixels that the longer side of an image becomes. Default 112. */
  readonly size?: number | undefined;
}

const who = 'visualize.wrongPredictionsFigure';
const GAP = 14;
const LINE = 18;

/**
 * Images with what a model took them for, and what they are, as a figure. Draw it with `toSVG`, where texts stay texts, or `toPNG`.
 *
 * @throws ZooError for no predictions, or options that are no positive integers
 * @throws ImageError for what is no picture
 * @example
 * ```ts
 * const bag = { width: 28, height: 28, data: new Uint8Array(28 * 28 * 3) };
 * const wrong = [{ image: bag, predicted: 'Shirt', actual: 'Bag', probability: 0.6 }];
 * const svg = visualize.toSVG(await visualize.wrongPredictionsFigure(wrong));
 * ```
 */
export async function wrongPredictionsFigure(
  predictions: readonly WrongPrediction[],
  { title = '', columns = 5, size = 112 }: WrongPredictionsOptions = {},
): Promise<Figure> {
  expectIntegers(who, { columns });
  expectIntegers(who, { size }, 16);
  if (predictions.length === 0) {
    throw new ZooError(
      `${who}: expected at least one prediction, got none. A model that is never wrong needs no figure.`,
    );
  }
  const across = Math.min(columns, predictions.length);
  const [stepX, stepY] = [size + GAP, size + 2 * LINE + GAP];
  const top = title ? 40 : GAP;
  const width = across * stepX + GAP;
  const height = top + Math.ceil(predictions.length / columns) * stepY;
  const tiles = await Promise.all(
    predictions.map(async ({ image, predicted, actual, probability }, index): Promise<Mark[]> => {
      checkImage(who, image);
      const [left, up] = [GAP + (index % columns) * stepX, top + Math.floor(index / columns) * stepY];
      const factor = size / Math.max(image.width, image.height);
      const [w, h] = [image.width * factor, image.height * factor];
      const share = probability === undefined ? '' : ` ${Math.round(100 * probability)}%`;
      const text = (line: number, words: string): Mark => ({
        kind: 'text',
        at: [left + size / 2, up + size + LINE * (line + 0.5)],
        text: words,
        anchor: 'middle',
      });
      return [
        { kind: 'image', at: [left + (size - w) / 2, up + (size - h) / 2], size: [w, h], png: await toPNG(image) },
        text(0, `${shorten(predicted, size + GAP - 8 * (share.length + 1))}${share}`),
        text(1, shorten(`is ${actual}`, size + GAP - 8)),
      ];
    }),
  );
  return {
    width,
    height,
    title: title || `${predictions.length} wrong predictions`,
    marks: [
      { kind: 'box', at: [0, 0], size: [width, height], color: '#ffffff' },
      ...(title
        ? [{ kind: 'text', at: [width / 2, 20], text: shorten(title, width - GAP), anchor: 'middle' } as const]
        : []),
      ...tiles.flat(),
    ],
  };
}
