import { escapeXml } from '../../core/index.js';
import type { Point } from './cuboid.js';

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element with others inside, which are text of an SVG already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const text = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escapeXml(String(value))}"`)
    .join('');
  return children.length > 0 ? `<${name}${text}>${children.join('')}</${name}>` : `<${name}${text}/>`;
}

export function polygon(points: readonly Point[], className: string): string {
  return element('polygon', { class: className, points: points.map(pair).join(' ') });
}

/** A line through points. */
export function polyline(points: readonly Point[], className: string): string {
  return element('polyline', { class: className, points: points.map(pair).join(' ') });
}

export function label([x, y]: Point, text: string, className: string, anchor = 'middle'): string {
  return element('text', { class: className, x, y, 'text-anchor': anchor }, escapeXml(text));
}

/** A line of right angles with round corners. */
export function roundedLine(points: readonly Point[], className: string, radius = 8): string {
  const parts = points.map((point, i) => {
    const [previous, next] = [points[i - 1], points[i + 1]];
    if (!previous || !next) return `${i === 0 ? 'M' : 'L'}${pair(point)}`;
    const room = Math.min(radius, distance(previous, point) / 2, distance(point, next) / 2);
    return `L${pair(towards(point, previous, room))}Q${pair(point)} ${pair(towards(point, next, room))}`;
  });
  return element('path', { class: className, d: parts.join('') });
}

/** The head of an arrow whose tip is at `tip`. */
export function arrowhead([x, y]: Point, direction: 'down' | 'left' | 'right'): string {
  const [length, half] = [7, 4];
  const back: Point[] =
    direction === 'down'
      ? [
          [x - half, y - length],
          [x + half, y - length],
        ]
      : [
          [x + (direction === 'left' ? length : -length), y - half],
          [x + (direction === 'left' ? length : -length), y + half],
        ];
  return polygon([[x, y], ...back], 'head');
}

function towards([x, y]: Point, [toX, toY]: Point, length: number): Point {
  const all = Math.hypot(toX - x, toY - y) || 1;
  return [x + ((toX - x) * length) / all, y + ((toY - y) * length) / all];
}

function distance([x1, y1]: Point, [x2, y2]: Point): number {
  return Math.hypot(x2 - x1, y2 - y1);
}

function pair([x, y]: Point): string {
  return `${short(x)},${short(y)}`;
}

/** A tenth of a pixel is enough. */
function short(value: number): string {
  return String(Number(value.toFixed(1)) || 0);
}

/** About how wide a text is: which font draws it is not known, and this is what a wide one takes. */
export function textWidth(text: string, size: number): number {
  return 0.62 * size * [...text].length;
}

/** A text that fits, its end left out where it must be. */
export function shorten(text: string, size: number, width: number): string {
  const letters = [...text];
  const most = Math.max(2, Math.floor(width / textWidth('m', size)));
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}

/** A whole file. Its rules are for this class of drawing only, so that it does not dress the page that it is put into. */
export function document(
  parts: readonly string[],
  about: {
    readonly size: readonly [width: number, height: number];
    readonly title: string;
    readonly description: string;
    readonly className: string;
    readonly css: string;
  },
): string {
  const [width, height] = about.size.map(Math.ceil) as [number, number];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `class="${about.className}" role="img">`,
    element('title', {}, escapeXml(about.title)),
    element('desc', {}, escapeXml(about.description)),
    element('style', {}, `\n${about.css}\n`),
    element('rect', { class: 'paper', width, height }),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
