import { escapeXml } from '../../core/index.js';
import type { PlacedArc } from './arcs.js';
import { LINE_HEIGHT } from './caption.js';
import { type Chain, chainOf } from './chain.js';
import type { Point } from './cuboid.js';
import { type Flow, sizeText } from './flow.js';
import { JOINT, type Layout, LEVEL, layOut, MARGIN, type Placed } from './layout.js';
import { extentsOf, isVector } from './scale.js';
import { arrowhead, element, label, polygon, polyline, roundedLine } from './svg.js';

/** A drawing without its frame. */
export interface Drawing {
  readonly size: readonly [width: number, height: number];
  readonly parts: readonly string[];
  /** What it shows, in words. */
  readonly description: string;
}

/** Draws activations as blocks in perspective, in rows of at most a width. */
export function drawBlocks(flow: Flow, width: number): Drawing {
  const chain = chainOf(flow);
  const layout = layOut(chain, width);
  const pairs = layout.blocks.slice(1).map((next, i) => [layout.blocks[i]!, next] as const);
  const inRow = pairs.filter(([from, to]) => from.row === to.row);
  return {
    size: layout.size,
    parts: [
      ...layout.arcs.map((arc) => drawArc(arc, layout)),
      ...inRow.filter(([, to]) => !hasWindow(to)).map(([from, to]) => drawPassage(from, to)),
      ...layout.blocks.map(drawBlock),
      ...pairs.filter(([, to]) => hasWindow(to)).map(([from, to]) => drawWindow(from, to)),
      ...pairs.filter(([from, to]) => from.row !== to.row).map(([from, to]) => drawTurn(from, to, layout)),
      ...layout.blocks.map(drawJoint),
    ],
    description: describeChain(chain),
  };
}

function drawBlock({ block, cuboid, caption }: Placed): string {
  const x = (cuboid.left + cuboid.right) / 2;
  const y = cuboid.bottom + 6 + LINE_HEIGHT;
  const about = block.nodes.map(({ name, type, layer }) => `${name ? `${name}: ` : ''}${layer ? headOf(layer) : type}`);
  return element(
    'g',
    { class: block.kind },
    element('title', {}, escapeXml([...about, caption.size].join('\n'))),
    polygon(cuboid.front, 'front'),
    polygon(cuboid.roof, 'roof'),
    polygon(cuboid.face, 'face'),
    label([x, y], caption.size, 'size'),
    ...caption.lines.map((line, i) => label([x, y + (i + 1) * LINE_HEIGHT], line, 'line')),
  );
}

/** PyTorch's text of a layer, of one with others inside the first line. */
function headOf(layer: { toString(): string }): string {
  return String(layer).split('\n')[0]!.replace(/\($/, '');
}

function hasWindow({ block }: Placed): boolean {
  return block.window !== undefined;
}

/** The window on a block's face, and rays from its corners to one value of the next block. */
function drawWindow({ block: { shape }, cuboid, row }: Placed, { block, cuboid: next, row: nextRow }: Placed): string {
  const [height, width] = extentsOf(shape);
  const share = (kernel: number, size: number, edge: number) => Math.min(1, Math.max(kernel / size, 7 / edge));
  const { kernel } = block.window!;
  const corners = cuboid.window([
    share(kernel[0], height, cuboid.edges.height),
    share(kernel[1], width, cuboid.edges.width),
  ]);
  const parts = [polygon(corners, 'window')];
  if (row === nextRow) {
    const tip = entryOf(next);
    // Its near side and its top, as of a pyramid that lies.
    const [near, , far, top] = corners as [Point, Point, Point, Point];
    parts.push(polygon([near, tip, top], 'beam'), polygon([far, tip, top], 'beam'));
    parts.push(...corners.map((corner) => polyline([corner, tip], 'ray')));
  }
  return element('g', {}, ...parts);
}

/** Where rays and arrows meet a block: the middle of its front's left edge. */
function entryOf(cuboid: Placed['cuboid']): Point {
  return cuboid.at(0, 0, 0.5);
}

/** All values to all values for dense layers, an arrow for the rest. */
function drawPassage(from: Placed, to: Placed): string {
  const { cuboid } = from;
  if (to.block.kind === 'dense' && isVector(to.block.shape)) {
    const next = to.cuboid;
    return polygon([cuboid.at(1, 1, 1), next.at(0, 0, 1), next.at(0, 0, 0), cuboid.at(1, 0, 0)], 'fan');
  }
  const end = entryOf(to.cuboid);
  const start: Point = [cuboid.right + 4, end[1]];
  return polyline([start, [end[0] - 5, end[1]]], 'flow') + arrowhead(end, 'right');
}

/** From the end of a row to the beginning of the next. */
function drawTurn({ cuboid, row }: Placed, { cuboid: next }: Placed, { size, rows }: Layout): string {
  const [, y] = cuboid.at(1, 0.5, 0.5);
  const end = entryOf(next);
  const between = rows[row]!.bottom + 20;
  const right = size[0] - MARGIN / 2;
  const left = MARGIN / 2;
  const path: Point[] = [
    [cuboid.right + 4, y],
    [right, y],
    [right, between],
    [left, between],
    [left, end[1]],
    [end[0] - 5, end[1]],
  ];
  return roundedLine(path, 'flow') + arrowhead(end, 'right');
}

function drawJoint({ block, joint, cuboid }: Placed): string {
  if (!joint) return '';
  const [x, y] = joint;
  return element(
    'g',
    {},
    polyline([[x, y + JOINT.radius], cuboid.crown], 'flow'),
    element('circle', { class: 'joint', cx: x, cy: y, r: JOINT.radius }),
    label([x, y + 5], block.joint!, 'sign'),
  );
}

/** A branch beside the row, above it; from one row to another it goes round the rows' ends. */
function drawArc({ from, to, label: text, levels }: PlacedArc, { blocks, rows, size }: Layout): string {
  const [source, target] = [blocks[from]!, blocks[to]!];
  const [endX, endY] = target.joint!;
  const [startX, startY] = source.joint ?? source.cuboid.crown;
  const start: Point = [startX + 7, source.joint ? startY - 6 : startY + 2];
  const end: Point = [endX, endY - JOINT.radius];
  const heightOf = (row: number, passed: readonly Placed[]) =>
    Math.min(...passed.map(topOf)) - 14 - levels.get(row)! * LEVEL;
  if (source.row === target.row) {
    const y = heightOf(source.row, blocks.slice(from, to + 1));
    return branch([start, [start[0], y], [endX, y], end], text, (start[0] + endX) / 2);
  }
  const [y, nextY] = [source, target].map(({ row }) => heightOf(row, rows[row]!.blocks)) as [number, number];
  // Those that end where others begin do not run into them.
  const right = size[0] - 4 - 4 * (source.row % 2);
  return branch([start, [start[0], y], [right, y], [right, nextY], [endX, nextY], end], text, (start[0] + right) / 2);
}

/** A line with a label on its first level part. */
function branch(path: readonly Point[], text: string, middle: number): string {
  return element(
    'g',
    {},
    roundedLine(path, 'skip'),
    arrowhead(path.at(-1)!, 'down'),
    ...(text ? [label([middle, path[1]![1] - 5], text, 'line')] : []),
  );
}

/** The upper end of a block, or of the sign above it. */
function topOf({ cuboid, joint }: Placed): number {
  return joint ? joint[1] - JOINT.radius : cuboid.top;
}

function describeChain({ blocks, arcs, undrawn }: Chain): string {
  const sentences = blocks.map(({ shape, lines, words }) => `${[...lines, ...words].join(', ')}: ${sizeText(shape)}`);
  const branches = arcs.map(({ from, to, label: text }) => {
    return `A branch${text ? ` of ${text}` : ''} goes from block ${from + 1} to block ${to + 1}`;
  });
  const rest = undrawn > 0 ? [`${undrawn} layers on branches that do not come back are not drawn`] : [];
  return `${[...sentences, ...branches, ...rest].join('. ')}.`;
}
