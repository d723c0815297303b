import { FONT_SIZE } from './figure.js';

/** A guess: which font draws the text is not known, and most letters are about this wide. */
const LETTER_WIDTH = 0.54 * FONT_SIZE;

/** About how wide a text will be, in pixels. */
export function textWidth(text: string): number {
  return [...text].length * LETTER_WIDTH;
}

/** A text that fits, its end left out where it must be. */
export function shorten(text: string, width: number): string {
  const letters = [...text];
  const most = Math.max(1, Math.floor(width / LETTER_WIDTH));
  return letters.length <= most ? text : `${letters.slice(0, Math.max(1, most - 3)).join('')}...`;
}
