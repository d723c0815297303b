import { ZooError } from '../../core/index.js';
import type { Figure, Mark } from '../figure/figure.js';
import { frameMark } from '../figure/lines.js';
import { shorten, textWidth } from '../figure/text.js';

/** How often examples of each class were taken for which: a `training.ConfusionMatrix` is one. */
export interface Confusion {
  /** [true class][predicted class] */
  readonly counts: readonly (readonly number[])[];
  /** Their numbers if not given. */
  readonly classNames?: readonly string[] | undefined;
}

export interface ConfusionFigureOptions {
  /** Above the matrix. */
  readonly title?: string | undefined;
}

const who = 'visualize.confusionFigure';
/** A figure of more could not be read. */
const MOST_CLASSES = 100;
const ROW = 30;
const WIDEST_NAME = 110;
const GAP = 10;
const WHITE = [255, 255, 255];
/** Light enough for black numbers. */
const FULL = [94, 163, 214];

/**
 * A confusion matrix as a figure: a row to a true class, a column to a predicted one, with how often, in a shade that is that of its share
 * of the row. Draw it with `toSVG` or `toPNG`.
 *
 * @throws ZooError unless it is square, of 1 to 100 classes, with counts that are integers, and as many names if there are any
 * @example
 * ```ts
 * const figure = visualize.confusionFigure({ counts: [[8, 2], [1, 9]], classNames: ['cat', 'dog'] });
 * const svg = visualize.toSVG(figure);
 * ```
 */
export function confusionFigure(confusion: Confusion, { title = '' }: ConfusionFigureOptions = {}): Figure {
  const { counts, classNames } = expectSquare(confusion);
  const names = classNames.map((name) => shorten(name, WIDEST_NAME));
  const widest = Math.max(...names.map(textWidth));
  const longest = Math.max(...counts.flat().map((count) => textWidth(String(count))));
  const cell = Math.ceil(Math.max(ROW, widest + 6, longest + 12));
  const left = Math.ceil(Math.max(widest, textWidth('true'))) + 2 * GAP;
  const top = (title ? 28 : 0) + 52;
  const [right, bottom] = [left + counts.length * cell, top + counts.length * ROW];
  const width = right + GAP;
  const marks = counts.flatMap((row, y) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    const middle = top + (y + 0.5) * ROW;
    return [
      { kind: 'text', at: [left - GAP, middle], text: names[y]!, anchor: 'end' } as const,
      ...row.flatMap((count, x): Mark[] => [
        { kind: 'box', at: [left + x * cell, top + y * ROW], size: [cell, ROW], color: shadeOf(count / total) },
        { kind: 'text', at: [left + (x + 0.5) * cell, middle], text: String(count), anchor: 'middle' },
      ]),
    ];
  });
  const columns = names.map(
    (text, x): Mark => ({ kind: 'text', at: [left + (x + 0.5) * cell, top - 14], text, anchor: 'middle' }),
  );
  const heading = title ? shorten(title, width - 2 * GAP) : '';
  return {
    width,
    height: bottom + GAP,
    title: title || `Confusion matrix of ${counts.length} classes`,
    marks: [
      { kind: 'box', at: [0, 0], size: [width, bottom + GAP], color: '#ffffff' },
      ...(heading ? [{ kind: 'text', at: [width / 2, 18], text: heading, anchor: 'middle' } as const] : []),
      { kind: 'text', at: [(left + right) / 2, top - 36], text: 'predicted', anchor: 'middle' },
      { kind: 'text', at: [left - GAP, top - 14], text: 'true', anchor: 'end' },
      ...columns,
      ...marks,
      frameMark([left, top], [right, bottom], '#404040'),
    ],
  };
}

function shadeOf(share: number): string {
  const bytes = WHITE.map((from, channel) => Math.round(from + (FULL[channel]! - from) * share));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function expectSquare({ counts, classNames }: Confusion) {
  const classes = counts.length;
  if (classes < 1 || classes > MOST_CLASSES || counts.some((row) => row.length !== classes)) {
    throw new ZooError(
      `${who}: expected a square of 1 to ${MOST_CLASSES} classes, got ${classes} rows of ${[...new Set(counts.map((row) => row.length))].join(', ') || 0}. ` +
        'Give the counts of a training.ConfusionMatrix, of some classes where there are many.',
    );
  }
  const wrong = counts.flat().find((count) => !(Number.isInteger(count) && count >= 0));
  if (wrong !== undefined) {
    throw new ZooError(`${who}: expected counts, integers from 0 on, got ${wrong}. Shares are computed from them.`);
  }
  if (classNames && classNames.length !== classes) {
    throw new ZooError(`${who}: expected ${classes} class names, got ${classNames.length}. Give one for each class.`);
  }
  return { counts, classNames: classNames ?? counts.map((_, index) => String(index)) };
}
