import { type Kind, kindOf, linesOf, type Window, windowOf, wordsOf } from './describe.js';
import { deepest, type Flow, type FlowNode, mainPath, ranksOf } from './flow.js';

/** An activation that is drawn, with the layer that made it and the minor ones behind. */
export interface Block {
  readonly kind: Kind;
  /** With its batch axis, channels last. */
  readonly shape: readonly number[];
  /** What made it. */
  readonly lines: string[];
  /** What changes its values afterwards: 'BN', 'ReLU'. */
  readonly words: string[];
  /** The window that slides over the block before it. */
  readonly window: Window | undefined;
  readonly nodes: FlowNode[];
  /** Set where another branch joins: '+', '×' or, for a concatenation and others, '•'. */
  joint?: string;
}

/** A branch that leaves the main path and comes back to it. */
export interface Arc {
  /** Positions of blocks. */
  readonly from: number;
  readonly to: number;
  /** The layers on it: 'conv 1×1, stride 2'; '' if there are none. */
  readonly label: string;
}

/** A model as a row of blocks, the longest way through it, and arcs for its other branches. */
export interface Chain {
  readonly blocks: readonly Block[];
  readonly arcs: readonly Arc[];
  /** How many layers lie on branches that do not come back. */
  readonly undrawn: number;
}

const joints: Readonly<Record<string, string>> = { Add: '+', Multiply: '×', Subtract: '−' };

/** Flattens a flow into a row of blocks. */
export function chainOf(flow: Flow): Chain {
  const blocks: Block[] = [];
  const arcs: Arc[] = [];
  /** The block of each node that is drawn on the main path. */
  const places = new Map<number, number>();
  const drawn = new Set<number>();
  const path = mainPath(flow);
  const before = (node: FlowNode) => flow.nodes[node.from[0] ?? -1]?.shape ?? [];
  /** What comes before the next block: a flattening, and what is minor behind it. */
  let pending: FlowNode[] = [];

  const put = (node: FlowNode, kind: Kind) => {
    const prefix = pending.flatMap((each) => (kindOf(each, before(each)) === 'flatten' ? ['flatten'] : wordsOf(each)));
    const previous = flow.nodes[path[path.indexOf(node.id) - 1] ?? -1]?.shape ?? [];
    const window = windowOf(node, previous);
    const lines = [...(prefix.length > 0 ? [prefix.join(', ')] : []), ...linesOf(node, before(node))];
    blocks.push({ kind, shape: node.shape, lines, words: [], window, nodes: [...pending, node] });
    pending = [];
  };

  for (const [position, id] of path.entries()) {
    const node = flow.nodes[id]!;
    const kind = kindOf(node, before(node));
    const last = blocks.at(-1);
    drawn.add(id);
    const isLast = position === path.length - 1;
    const joinsLast = kind === 'join' && pending.length === 0 && last?.shape.join() === node.shape.join();
    if (!last) put(node, kind);
    else if (kind === 'flatten' && !isLast) pending.push(node);
    else if (kind === 'minor' && pending.length > 0 && !isLast) pending.push(node);
    else if (kind === 'minor' && pending.length === 0) absorb(last, node, wordsOf(node));
    else if (joinsLast) absorb(last, node, [node.type.toLowerCase()]);
    else put(node, kind);
    places.set(id, blocks.length - 1);
    if (kind === 'join') {
      blocks.at(-1)!.joint = joints[node.type] ?? '•';
      const main = path[position - 1];
      for (const other of node.from) if (other !== main) addArc(other, blocks.length - 1);
    }
  }

  /** Follows a branch back to the main path. */
  function addArc(end: number, to: number): void {
    const ranks = ranksOf(flow);
    const words: string[] = [];
    let at: number | undefined = end;
    while (at !== undefined && !places.has(at)) {
      const node: FlowNode = flow.nodes[at]!;
      drawn.add(at);
      if (kindOf(node, before(node)) !== 'minor') words.unshift(linesOf(node, before(node)).join(', '));
      at = deepest(node.from, ranks);
    }
    const from = at === undefined ? undefined : places.get(at);
    if (from !== undefined && from < to) arcs.push({ from, to, label: words.join(' → ') });
  }

  return { blocks, arcs, undrawn: flow.nodes.length - drawn.size };
}

function absorb(block: Block, node: FlowNode, words: readonly string[]): void {
  block.words.push(...words);
  block.nodes.push(node);
}
