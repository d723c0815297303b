import { type PlacedArc, placeArcs } from './arcs.js';
import { type Caption, captionOf } from './caption.js';
import type { Block, Chain } from './chain.js';
import { Cuboid, type Point, silhouetteOf } from './cuboid.js';
import { breakRows } from './rows.js';
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

export interface Row {
  readonly blocks: readonly Placed[];
  /** Of all that is in it, with its arcs and captions. */
  readonly top: number;
  readonly bottom: number;
}

export interface Layout {
  readonly size: readonly [width: number, height: number];
  readonly rows: readonly Row[];
  readonly blocks: readonly Placed[];
  readonly arcs: readonly PlacedArc[];
}

export const MARGIN = 28;
/** Between blocks, for the rays of a window, or for the fan of a dense layer. */
const GAP = 37;
const BAR_GAP = 30;
/** Between captions. */
const CAPTION_GAP = 18;
const ROW_GAP = 44;
export const JOINT = { radius: 9, above: 20 };
/** Between arcs one above another; their labels stand on them. */
export const LEVEL = 22;

/** Gives each block its place, in as many rows as the width asks for. */
export function layOut({ blocks, arcs }: Chain, width: number): Layout {
  // On a phone smaller ones, for more than two in a row.
  const zoom = Math.min(1, Math.max(0.58, width / 900));
  const edgesOf = scaleOf(
    blocks.map(({ shape }) => shape),
    zoom,
  );
  const columns = blocks.map((block) => {
    const edges = edgesOf(block.shape);
    const caption = captionOf(block);
    const gap = zoom * (isVector(block.shape) ? BAR_GAP : GAP);
    const room = Math.max(silhouetteOf(edges)[0] + gap, caption.width + CAPTION_GAP);
    return { block, edges, caption, room };
  });
  const split = breakRows(
    columns.map(({ room }) => room),
    width - 2 * MARGIN,
  );
  const rowOf = split.flatMap((count, row) => Array<number>(count).fill(row));
  const placedArcs = placeArcs(arcs, rowOf);
  const widest = Math.max(
    ...split.map((_, row) => columns.reduce((sum, { room }, i) => (rowOf[i] === row ? sum + room : sum), 0)),
  );

  const rows: Row[] = [];
  const placed: Placed[] = [];
  let top = MARGIN;
  for (const row of split.keys()) {
    const own = columns.filter((_, i) => rowOf[i] === row);
    const tallest = Math.max(...own.map(({ edges }) => silhouetteOf(edges)[1]));
    const above = Math.max(0, ...placedArcs.map(({ levels }) => (levels.get(row) ?? -1) + 1));
    const signs = own.some(({ block }) => block.joint) || above > 0 ? 2 * JOINT.above : 0;
    const crown = top + above * LEVEL + signs;
    const middle = crown + tallest / 2;
    const used = own.reduce((sum, { room }) => sum + room, 0);
    // Rows end together, but for one that is much shorter than the others.
    const spare = used > 0.75 * widest ? (widest - used) / own.length : 0;
    let x = MARGIN;
    const blocksHere = own.map(({ block, edges, caption, room }): Placed => {
      const cuboid = new Cuboid(edges, [x + (room + spare) / 2, middle]);
      x += room + spare;
      const [crownX, crownY] = cuboid.crown;
      const joint: Point | undefined = block.joint ? [crownX, crownY - JOINT.above] : undefined;
      return { block, cuboid, caption, row, joint };
    });
    const bottom = Math.max(...blocksHere.map(({ cuboid, caption }) => cuboid.bottom + 6 + caption.height));
    rows.push({ blocks: blocksHere, top, bottom });
    placed.push(...blocksHere);
    top = bottom + ROW_GAP;
  }
  return {
    size: [widest + 2 * MARGIN, rows.at(-1)!.bottom + MARGIN],
    rows,
    blocks: placed,
    arcs: placedArcs,
  };
}
