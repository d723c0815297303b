import { escapeXml } from '../../core/index.js';
import type { Drawing } from './blocks.js';
import type { Point } from './cuboid.js';
import { kindOf, settingsText } from './describe.js';
import { type Flow, type FlowNode, sizeText } from './flow.js';
import { type Edge, type GraphLayout, placeOnGrid } from './graph-layout.js';
import { arrowhead, element, label, roundedLine, shorten, textWidth } from './svg.js';
import { TYPE } from './theme.js';

const MARGIN = 20;
const BOX_HEIGHT = 46;
const ROW = BOX_HEIGHT + 24;
const PAD = 10;
/** Boxes are as wide as the longest text asks for, within these. */
const [NARROWEST, WIDEST] = [150, 310];
/** Between columns; the width of a column without boxes. */
const LANE = 20;

interface Place {
  readonly left: number;
  readonly center: number;
  readonly right: number;
}

/** Draws a box for each node and an arrow for each tensor that flows from one to another, downwards. */
export function drawGraph(flow: Flow): Drawing {
  const grid = placeOnGrid(flow);
  const places = columnsOf(flow, grid);
  const boxes = flow.nodes.map((node) => drawBox(node, flow, boxOf(node.id, grid, places)));
  const depth = Math.max(...grid.rows) + 1;
  return {
    size: [places.at(-1)!.right + MARGIN, 2 * MARGIN + depth * ROW - (ROW - BOX_HEIGHT)],
    parts: [...grid.edges.map((edge) => drawEdge(edge, grid, places)), ...boxes],
    description: flow.nodes.map((node) => describeNode(node, flow)).join('. '),
  };
}

/** The two lines in a node's box. */
function textOf({ name, type, layer, shape }: FlowNode): {
  type: string;
  name: string;
  size: string;
  settings: string;
} {
  return { type, name, size: sizeText(shape), settings: settingsText(layer) };
}

/** Where each column lies. */
function columnsOf(flow: Flow, { columns, hasBoxes }: GraphLayout): Place[] {
  const places: Place[] = [];
  let left = MARGIN;
  for (const [column, has] of hasBoxes.entries()) {
    const widths = flow.nodes.filter(({ id }) => columns[id] === column).map(widthOf);
    const width = has ? Math.min(WIDEST, Math.max(NARROWEST, ...widths)) : 0;
    places.push({ left, center: left + width / 2, right: left + width });
    left += width + LANE;
  }
  return places;
}

function widthOf(node: FlowNode): number {
  const { type, name, size, settings } = textOf(node);
  return 2 * PAD + 12 + Math.max(bold(type) + textWidth(name, TYPE.line), textWidth(size + settings, TYPE.line));
}

function bold(text: string): number {
  return textWidth(text, TYPE.size * 1.04);
}

interface Box extends Place {
  readonly top: number;
  readonly middle: number;
  readonly bottom: number;
}

function boxOf(id: number, { rows, columns }: GraphLayout, places: readonly Place[]): Box {
  const top = MARGIN + rows[id]! * ROW;
  return { ...places[columns[id]!]!, top, middle: top + BOX_HEIGHT / 2, bottom: top + BOX_HEIGHT };
}

function drawBox(node: FlowNode, { nodes }: Flow, { left, right, top }: Box): string {
  const kind = kindOf(node, nodes[node.from[0] ?? -1]?.shape ?? []);
  const { type, name, size, settings } = textOf(node);
  const room = right - left - 2 * PAD;
  const shownType = shorten(type, TYPE.size * 1.04, room);
  const [first, second] = [top + 19, top + 36];
  const rest = room - 12 - bold(shownType);
  return element(
    'g',
    { class: { flatten: 'plain', minor: 'plain' }[kind as string] ?? kind },
    element('title', {}, escapeXml([name, node.layer ? String(node.layer).split('\n')[0]! : type, size].join(' '))),
    element('rect', { class: 'box', x: left, y: top, width: right - left, height: BOX_HEIGHT, rx: 6 }),
    label([left + PAD, first], shownType, 'size', 'start'),
    ...(rest >= Math.min(20, textWidth(name, TYPE.line) - 0.1)
      ? [label([right - PAD, first], shortenStart(name, rest), 'line', 'end')]
      : []),
    ...(settings ? [label([left + PAD, second], shorten(settings, TYPE.line, room), 'line', 'start')] : []),
    label([right - PAD, second], size, 'line', 'end'),
  );
}

/** Of a dotted name the end says most. */
function shortenStart(name: string, width: number): string {
  const short = shorten([...name].reverse().join(''), TYPE.line, width);
  return [...short].reverse().join('');
}

function drawEdge({ from, to, column }: Edge, grid: GraphLayout, places: readonly Place[]): string {
  const [start, end] = [boxOf(from, grid, places), boxOf(to, grid, places)];
  const [startColumn, endColumn] = [grid.columns[from]!, grid.columns[to]!];
  const { center, left } = places[column]!;
  // Past other boxes near them, even where the column has boxes further up or down.
  const lane = startColumn === column || endColumn === column ? center : Math.min(center, left + LANE / 2);
  const leaves: Point[] =
    startColumn === column
      ? [[start.center, start.bottom]]
      : [
          [start.right, start.middle],
          [lane, start.middle],
        ];
  if (endColumn === column) {
    const tip: Point = [end.center, end.top];
    return roundedLine([...leaves, [lane, end.top - 4]], 'flow') + arrowhead(tip, 'down');
  }
  const isLeftOf = endColumn < column;
  const side = isLeftOf ? end.right : end.left;
  const path: Point[] = [...leaves, [lane, end.middle], [side + (isLeftOf ? 4 : -4), end.middle]];
  return roundedLine(path, 'flow') + arrowhead([side, end.middle], isLeftOf ? 'left' : 'right');
}

function describeNode(node: FlowNode, { nodes }: Flow): string {
  const givers = node.from.map((id) => nodes[id]!).map(({ name, type }) => name || type);
  const { type, name, size } = textOf(node);
  return `${type}${name ? ` ${name}` : ''}${givers.length > 0 ? ` of ${givers.join(' and ')}` : ''}: ${size}`;
}
