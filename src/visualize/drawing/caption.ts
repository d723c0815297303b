import type { Block } from './chain.js';
import { sizeText } from './flow.js';
import { textWidth } from './svg.js';
import { TYPE } from './theme.js';

/** Words that stand together on a line have at most this many letters. */
const LINE = 16;

/** What stands under a block: its size, the layer that made it, and what follows that. */
export interface Caption {
  readonly size: string;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

export const LINE_HEIGHT = 15;

export function captionOf(block: Block): Caption {
  const size = sizeText(block.shape);
  const lines = [...block.lines, ...broken(block.words)];
  // Semibold letters are wider.
  const widths = [textWidth(size, TYPE.size * 1.04), ...lines.map((line) => textWidth(line, TYPE.line))];
  return { size, lines, width: Math.max(...widths), height: (lines.length + 1) * LINE_HEIGHT + 4 };
}

/** Words in lines, a comma between them; what comes twice in a row once. */
function broken(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words.filter((each, i) => each !== words[i - 1])) {
    const last = lines.at(-1);
    const joined = `${last}, ${word}`;
    if (last !== undefined && joined.length <= LINE) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines;
}
