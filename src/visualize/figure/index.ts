export { curvesFigure, type EpochScores } from './curves.js';
export type { BoxMark, DotMark, Figure, LineMark, Mark, Point, TextMark } from './figure.js';
export type { FigureOptions } from './line-chart.js';
export { toPNG } from './png.js';
export { toSVG } from './svg.js';
