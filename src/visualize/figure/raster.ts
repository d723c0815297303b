import type { BoxMark, DotMark, LineMark, Point } from './figure.js';

/** Pixels to draw on: red, green, blue and alpha, row by row. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Fills a rectangle of whole pixels. */
export function drawBox(bitmap: Bitmap, { at, size, color }: BoxMark): void {
  const [left, top] = at.map(Math.round) as [number, number];
  const [right, bottom] = at.map((start, axis) => Math.round(start + size[axis]!)) as [number, number];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) blend(bitmap, x, y, color, 1);
  }
}

/** A disc: a stroke of no length. */
export function drawDot(bitmap: Bitmap, { at, radius, color }: DotMark): void {
  stroke(bitmap, [[at, at]], { color, width: 2 * radius });
}

/** A line with round ends and corners, smoothed. */
export function drawLine(bitmap: Bitmap, { points, color, width, dash }: LineMark): void {
  const segments = points.slice(1).map((point, i): Segment => [points[i]!, point]);
  stroke(bitmap, dash ? dashesOf(segments, dash) : segments, { color, width });
}

type Segment = readonly [from: Point, to: Point];

/** Those parts of a line that its dashes cover. */
function dashesOf(segments: readonly Segment[], dash: readonly number[]): Segment[] {
  const dashes: Segment[] = [];
  let part = 0;
  let rest = dash[0]!;
  for (const [[x1, y1], [x2, y2]] of segments) {
    const length = Math.hypot(x2 - x1, y2 - y1);
    const at = (distance: number): Point => [
      x1 + ((x2 - x1) * distance) / length,
      y1 + ((y2 - y1) * distance) / length,
    ];
    for (let start = 0; start < length; ) {
      const end = Math.min(length, start + rest);
      if (part % 2 === 0) dashes.push([at(start), at(end)]);
      rest -= end - start;
      if (rest <= 0) rest = dash[++part % dash.length]!;
      start = end;
    }
  }
  return dashes;
}

/** Covers each pixel by how much of it lies within half the width of a segment; where segments overlap, no more than by one. */
function stroke(
  bitmap: Bitmap,
  segments: readonly Segment[],
  { color, width }: { readonly color: string; readonly width: number },
): void {
  const reach = width / 2 + 0.5;
  const covered = new Map<number, number>();
  for (const segment of segments) {
    const [xs, ys] = [segment.map(([x]) => x), segment.map(([, y]) => y)];
    for (let y = Math.floor(Math.min(...ys) - reach); y <= Math.max(...ys) + reach; y++) {
      for (let x = Math.floor(Math.min(...xs) - reach); x <= Math.max(...xs) + reach; x++) {
        const share = Math.min(1, reach - distance([x + 0.5, y + 0.5], segment));
        const pixel = y * bitmap.width + x;
        if (share > (covered.get(pixel) ?? 0)) covered.set(pixel, share);
      }
    }
  }
  for (const [pixel, share] of covered) {
    blend(bitmap, pixel % bitmap.width, Math.floor(pixel / bitmap.width), color, share);
  }
}

function distance([x, y]: Point, [[x1, y1], [x2, y2]]: Segment): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / square));
  return Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
}

/** Lays a colour over a pixel. */
function blend({ width, data }: Bitmap, x: number, y: number, color: string, share: number): void {
  const at = 4 * (y * width + x);
  for (let channel = 0; channel < 3; channel++) {
    const value = Number.parseInt(color.slice(1 + 2 * channel, 3 + 2 * channel), 16);
    data[at + channel] = Math.round(data[at + channel]! * (1 - share) + value * share);
  }
  data[at + 3] = 255;
}
