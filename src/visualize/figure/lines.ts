import type { LineMark, Mark, Point } from './figure.js';

/** How a line is drawn. */
export interface LineStyle {
  /** '#rrggbb' */
  readonly color: string;
  /** Lengths of dashes and gaps by turns, unless it is solid. */
  readonly dash?: readonly number[] | undefined;
}

/** A line with a name, laid out. */
export interface Curve {
  readonly name: string;
  readonly style: LineStyle;
  readonly points: readonly Point[];
}

/** A line of a chart; of a single point, a dot. */
export function curveMark(points: readonly Point[], { color, dash }: LineStyle): Mark {
  if (points.length === 1) return { kind: 'dot', at: points[0]!, color, radius: 3 };
  return { kind: 'line', points, color, width: 2, dash };
}

/** A line of one pixel, as grids and frames are made of. */
export function thinLine(points: readonly Point[], color: string): LineMark {
  return { kind: 'line', points: points.map(([x, y]) => [crisp(x), crisp(y)]), color, width: 1 };
}

/** The rectangle between two corners. */
export function frameMark([left, top]: Point, [right, bottom]: Point, color: string): LineMark {
  return thinLine(
    [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
      [left, top],
    ],
    color,
  );
}

/** The middle of a pixel: a thin line there is one pixel wide, and not two paler ones. */
function crisp(position: number): number {
  return Math.floor(position) + 0.5;
}
