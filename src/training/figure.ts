// The figure of a training, drawn by visualize.
export {
  type BoxMark,
  curvesFigure,
  type DotMark,
  type EpochScores,
  type Figure,
  type FigureOptions,
  type LineMark,
  type Mark,
  type Point,
  type TextMark,
  toPNG,
  toSVG,
} from '../visualize/index.js';
