import { type Caption, captionOf } from './caption.js';
import type { Arc, Block, Chain } from './chain.js';
import { Cuboid, type Point, silhouetteOf } from './cuboid.js';
import { isVector, scaleOf } from './scale.js';

/** A block in its place. */
export interface Placed {
  readonly block: Block;
  readonly cuboid: Cuboid;
  readonly caption: Caption;
  readonly row: number;
  /** Where another branch joins it: a sign above it. */
  readonly joint: Point | undefined;
}

/** An arc in its place, at the height of `level`. */
export interface PlacedArc extends Arc {
  readonly level: number;
}

export interface Row {
  readonly blocks: readonly Placed[];
  /** Of all that is in it, with its arcs and captions. */
  readonly top: number;
  readonly bottom: number;
  /** Where arcs and joints end and the row's blocks begin. */
  readonly crown: number;
}

export interface Layout {
  readonly size: readonly [width: number, height: number];
  readonly rows: readonly Row[];
  readonly blocks: readonly Placed[];
  readonly arcs: readonly PlacedArc[];
}

export const MARGIN = 28;
/** Between blocks, for the rays of a window, or for the fan of a dense layer. */
const GAP = 40;
const BAR_GAP = 30;
/** Between captions. */
const CAPTION_GAP = 14;
const ROW_GAP = 44;
export const JOINT = { radius: 9, above: 20 };
/** Between arcs one above another; their labels stand on them. */
export const LEVEL = 22;

/** Gives each block its place, in as many rows as the width asks for. */
export function layOut({ blocks, arcs }: Chain, width: number): Layout {
  const edgesOf = scaleOf(blocks.map(({ shape }) => shape));
  const columns = blocks.map((block) => {
    const edges = edgesOf(block.shape);
    const caption = captionOf(block);
    const gap = isVector(block.shape) ? BAR_GAP : GAP;
    const room = Math.max(silhouetteOf(edges)[0] + gap, caption.width + CAPTION_GAP);
    return { block, edges, caption, room };
  });
  const split = breakRows(
    columns.map(({ room }) => room),
    width - 2 * MARGIN,
  );
  const rowOf = split.flatMap((count, row) => Array<number>(count).fill(row));
  const levels = levelsOf(arcs, rowOf);
  const widest = Math.max(
    ...split.map((_, row) => columns.reduce((sum, { room }, i) => (rowOf[i] === row ? sum + room : sum), 0)),
  );

  const rows: Row[] = [];
  const placed: Placed[] = [];
  let top = MARGIN;
  for (const row of split.keys()) {
    const own = columns.filter((_, i) => rowOf[i] === row);
    const tallest = Math.max(...own.map(({ edges }) => silhouetteOf(edges)[1]));
    const above = Math.max(0, ...levels.filter((arc) => inRow(arc, row, rowOf)).map(({ level }) => level + 1));
    const signs = own.some(({ block }) => block.joint) || above > 0 ? 2 * JOINT.above : 0;
    const crown = top + above * LEVEL + signs;
    const middle = crown + tallest / 2;
    const used = own.reduce((sum, { room }) => sum + room, 0);
    // A short last row begins where the others do.
    let x = MARGIN + (split.length === 1 ? (widest - used) / 2 : 0);
    const blocksHere = own.map(({ block, edges, caption, room }): Placed => {
      const cuboid = new Cuboid(edges, [x + room / 2, middle]);
      x += room;
      const [crownX, crownY] = cuboid.crown;
      const joint: Point | undefined = block.joint ? [crownX, crownY - JOINT.above] : undefined;
      return { block, cuboid, caption, row, joint };
    });
    const bottom = Math.max(...blocksHere.map(({ cuboid, caption }) => cuboid.bottom + 6 + caption.height));
    rows.push({ blocks: blocksHere, top, bottom, crown });
    placed.push(...blocksHere);
    top = bottom + ROW_GAP;
  }
  return {
    size: [widest + 2 * MARGIN, rows.at(-1)!.bottom + MARGIN],
    rows,
    blocks: placed,
    arcs: levels,
  };
}

/** How many columns each row takes: as few rows as there can be, and those as even as they can be. */
export function breakRows(rooms: readonly number[], width: number): number[] {
  const fill = (limit: number): number[] => {
    const counts: number[] = [];
    let used = Number.POSITIVE_INFINITY;
    for (const room of rooms) {
      if (used + room > limit) {
        counts.push(0);
        used = 0;
      }
      counts[counts.length - 1]!++;
      used += room;
    }
    return counts;
  };
  const widest = Math.max(width, ...rooms);
  let best = fill(widest);
  for (let limit = widest; limit > Math.max(...rooms); limit -= 8) {
    const even = fill(limit);
    if (even.length > best.length) break;
    best = even;
  }
  return best;
}

/** Arcs that would cross each other lie one above another, short ones below. */
function levelsOf(arcs: readonly Arc[], rowOf: readonly number[]): PlacedArc[] {
  const placed: PlacedArc[] = [];
  for (const arc of [...arcs].sort((a, b) => a.to - a.from - (b.to - b.from))) {
    const taken = placed
      .filter((other) => other.from < arc.to && arc.from < other.to)
      .filter((other) => [arc.from, arc.to].some((end) => inRow(other, rowOf[end]!, rowOf)))
      .map(({ level }) => level);
    let level = 0;
    while (taken.includes(level)) level++;
    placed.push({ ...arc, level });
  }
  return placed;
}

function inRow({ from, to }: Arc, row: number, rowOf: readonly number[]): boolean {
  return rowOf[from]! <= row && row <= rowOf[to]!;
}
