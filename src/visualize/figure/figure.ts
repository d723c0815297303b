/** A line from point to point, in pixels. */
export interface LineMark {
  readonly kind: 'line';
  readonly points: readonly Point[];
  readonly color: string;
  readonly width: number;
  /** Lengths of dashes and gaps by turns, unless it is solid. */
  readonly dash?: readonly number[] | undefined;
}

/** A filled disc. */
export interface DotMark {
  readonly kind: 'dot';
  readonly at: Point;
  readonly color: string;
  readonly radius: number;
}

/** A filled rectangle. */
export interface BoxMark {
  readonly kind: 'box';
  readonly at: Point;
  readonly size: Point;
  readonly color: string;
}

/** A line of text, black, its middle at the height of `at`. */
export interface TextMark {
  readonly kind: 'text';
  readonly at: Point;
  readonly text: string;
  /** Which end of the text is at `at`. */
  readonly anchor: 'start' | 'middle' | 'end';
}

export type Point = readonly [x: number, y: number];

export type Mark = LineMark | DotMark | BoxMark | TextMark;

/** A drawing, laid out: what is drawn where, in order, in pixels from the top left corner. Colours are '#rrggbb'. */
export interface Figure {
  readonly width: number;
  readonly height: number;
  /** What it shows, for those who do not see it. */
  readonly title: string;
  readonly marks: readonly Mark[];
}

/** The height of letters that texts are laid out for. */
export const FONT_SIZE = 14;

export const FONT_FAMILY = 'Helvetica, Arial, sans-serif';

/** From the middle of a line of text down to the line that letters stand on. */
export const BASELINE = 0.35 * FONT_SIZE;
