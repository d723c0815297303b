import type { Mark, Point } from './figure.js';
import { type Curve, curveMark, frameMark } from './lines.js';
import { shorten, textWidth } from './text.js';

/** The part of a figure that a chart's lines fill, in pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const ROW = 20;
const SAMPLE = 32;
const PADDING = 8;
const DISTANCE = 8;

/** The names of lines in a box, in the corner where they hide least of them. */
export function legendOf(curves: readonly Curve[], area: Area): Mark[] {
  const names = curves.map(({ name }) => shorten(name, (area.right - area.left) / 2));
  const width = SAMPLE + 3 * PADDING + Math.max(...names.map(textWidth));
  const height = ROW * names.length + PADDING;
  const [x, y] = emptiest(cornersOf(area, width, height), [width, height], curves);
  const rows = names.flatMap((text, row): Mark[] => {
    const middle = y + PADDING / 2 + ROW * (row + 0.5);
    const [start, end] = [x + PADDING, x + PADDING + SAMPLE];
    return [
      curveMark(
        [
          [start, middle],
          [end, middle],
        ],
        curves[row]!.style,
      ),
      { kind: 'text', at: [end + PADDING, middle], text, anchor: 'start' },
    ];
  });
  return [
    { kind: 'box', at: [x, y], size: [width, height], color: '#ffffff' },
    frameMark([x, y], [x + width, y + height], '#d0d0d0'),
    ...rows,
  ];
}

/** Where a box may lie, the likeliest first. */
function cornersOf({ left, top, right, bottom }: Area, width: number, height: number): Point[] {
  const [west, east] = [left + DISTANCE, right - DISTANCE - width];
  const [north, south] = [top + DISTANCE, bottom - DISTANCE - height];
  return [
    [east, north],
    [east, south],
    [west, south],
    [west, north],
  ];
}

function emptiest(corners: readonly Point[], [width, height]: Point, curves: readonly Curve[]): Point {
  const points = curves.flatMap(({ points }) => points.flatMap((point, i) => between(points[i - 1] ?? point, point)));
  const hidden = ([left, top]: Point) =>
    points.filter(([x, y]) => x >= left && x <= left + width && y >= top && y <= top + height).length;
  return corners.reduce((best, corner) => (hidden(corner) < hidden(best) ? corner : best));
}

/** Points on the way from one to the next, so that a line through a box counts even if none of its ends is there. */
function between([x1, y1]: Point, [x2, y2]: Point): Point[] {
  return Array.from({ length: 16 }, (_, i) => {
    const share = (i + 1) / 16;
    return [x1 + share * (x2 - x1), y1 + share * (y2 - y1)];
  });
}
