import { escapeXml } from '../../core/index.js';
import { BASELINE, type Figure, FONT_FAMILY, FONT_SIZE, type Mark, type Point } from './figure.js';

/** A figure as the text of an SVG file. */
export function toSVG({ width, height, title, marks }: Figure): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    '<style>',
    'polyline { fill: none; stroke-linecap: round; stroke-linejoin: round }',
    `text { font: ${FONT_SIZE}px ${FONT_FAMILY} }`,
    '</style>',
    ...marks.map(element),
    '</svg>',
    '',
  ].join('\n');
}

function element(mark: Mark): string {
  switch (mark.kind) {
    case 'line': {
      const { points, color, width, dash } = mark;
      const dashes = dash ? ` stroke-dasharray="${dash.join(' ')}"` : '';
      return `<polyline points="${points.map(pair).join(' ')}" stroke="${color}" stroke-width="${width}"${dashes}/>`;
    }
    case 'dot': {
      const [x, y] = mark.at;
      return `<circle cx="${short(x)}" cy="${short(y)}" r="${mark.radius}" fill="${mark.color}"/>`;
    }
    case 'box': {
      const { at, size, color } = mark;
      return `<rect x="${short(at[0])}" y="${short(at[1])}" width="${short(size[0])}" height="${short(size[1])}" fill="${color}"/>`;
    }
    case 'text': {
      const [x, y] = mark.at;
      return `<text x="${short(x)}" y="${short(y + BASELINE)}" text-anchor="${mark.anchor}">${escapeXml(mark.text)}</text>`;
    }
  }
}

function pair([x, y]: Point): string {
  return `${short(x)},${short(y)}`;
}

/** A hundredth of a pixel is enough. */
function short(value: number): string {
  return String(Number(value.toFixed(2)));
}
