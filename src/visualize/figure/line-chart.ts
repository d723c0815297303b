import { ZooError } from '../../core/index.js';
import type { Figure, Mark, Point } from './figure.js';
import { type Area, legendOf } from './legend.js';
import { type Curve, curveMark, frameMark, thinLine } from './lines.js';
import { shorten, textWidth } from './text.js';
import { type Range, rangeOf, ticksOf } from './ticks.js';

export interface FigureOptions {
  /** Above the lines. */
  readonly title?: string | undefined;
  /** Pixels, 240 to 10000; 640 if not given. */
  readonly width?: number | undefined;
  /** Pixels, 240 to 10000; 440 if not given. */
  readonly height?: number | undefined;
}

const GRID = '#d8d8d8';
const FRAME = '#404040';

/**
 * Lays out a chart of lines over a common axis, which counts something: its numbers are whole.
 * @param series the lines; points that float32 cannot hold are left out, and so are lines without any
 * @throws ZooError unless width and height are integers from 240 to 10000
 */
export function lineChart(
  series: readonly Curve[],
  { xLabel, title = '', width = 640, height = 440 }: FigureOptions & { readonly xLabel: string },
): Figure {
  expectSize(width, height);
  const shown = series
    .map((line) => ({ ...line, points: line.points.filter(isDrawable) }))
    .filter(({ points }) => points.length > 0);
  const points = shown.flatMap((line) => line.points);
  const xs = rangeOf(points.map(([x]) => x));
  const ys = widened(rangeOf(points.map(([, y]) => y)));
  const xTicks = ticksOf(xs, Math.floor(width / 60), 1);
  const yTicks = ticksOf(ys, Math.floor(height / 50));

  const left = 24 + Math.max(...yTicks.map(({ label }) => textWidth(label)));
  const area: Area = { left, top: title ? 40 : 20, right: width - 20, bottom: height - 54 };
  const { top, right, bottom } = area;
  const xAt = scale(xs, [left + 12, right - 12]); // lines end before the frame does
  const yAt = scale(ys, [bottom, top]);
  const curves = shown.map((line) => ({ ...line, points: line.points.map(([x, y]): Point => [xAt(x), yAt(y)]) }));

  const middle = (left + right) / 2;
  const grid = [
    ...xTicks.map(({ value }) =>
      thinLine(
        [
          [xAt(value), top],
          [xAt(value), bottom],
        ],
        GRID,
      ),
    ),
    ...yTicks.map(({ value }) =>
      thinLine(
        [
          [left, yAt(value)],
          [right, yAt(value)],
        ],
        GRID,
      ),
    ),
  ];
  const texts: Mark[] = [
    ...xTicks.map(
      ({ value, label }): Mark => ({ kind: 'text', at: [xAt(value), bottom + 16], text: label, anchor: 'middle' }),
    ),
    ...yTicks.map(
      ({ value, label }): Mark => ({ kind: 'text', at: [left - 8, yAt(value)], text: label, anchor: 'end' }),
    ),
    { kind: 'text', at: [middle, height - 16], text: xLabel, anchor: 'middle' },
    ...(title
      ? [{ kind: 'text', at: [middle, 20], text: shorten(title, right - left), anchor: 'middle' } as const]
      : []),
  ];
  return {
    width,
    height,
    title: title || shown.map(({ name }) => name).join(', '),
    marks: [
      { kind: 'box', at: [0, 0], size: [width, height], color: '#ffffff' },
      ...grid,
      ...curves.map((curve) => curveMark(curve.points, curve.style)),
      frameMark([left, top], [right, bottom], FRAME),
      ...texts,
      ...(curves.length > 0 ? legendOf(curves, area) : []),
    ],
  };
}

/** A diverged loss ends at float32's largest number; beyond it, differences of numbers overflow. */
function isDrawable(point: Point): boolean {
  return point.every((value) => Number.isFinite(Math.fround(value)));
}

/** Room above the largest value and below the smallest. */
function widened([least, greatest]: Range): Range {
  const margin = 0.05 * (greatest - least);
  return [least - margin, greatest + margin];
}

/** Maps a range to pixels. */
function scale([least, greatest]: Range, [start, end]: Range): (value: number) => number {
  return (value) => start + ((value - least) / (greatest - least)) * (end - start);
}

function expectSize(width: number, height: number): void {
  if ([width, height].every((size) => Number.isInteger(size) && size >= 240 && size <= 10000)) return;
  throw new ZooError(
    `curvesFigure: expected width and height to be integers from 240 to 10000, got ${width} and ${height}. Give pixels.`,
  );
}
