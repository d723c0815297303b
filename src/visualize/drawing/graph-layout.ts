import { type Flow, mainPath, ranksOf } from './flow.js';

/** Nodes that follow each other in one column, or, without nodes, the way of an edge past others. */
interface Track {
  readonly nodes: readonly number[];
  /** The ranks between which the column is taken. */
  readonly first: number;
  readonly last: number;
}

/** An arrow from a node to a later one, and the column that it runs in. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly column: number;
}

/** Which row and column each node stands in; in column 0 the longest way through the model. */
export interface GraphLayout {
  /** By the ids of nodes. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly edges: readonly Edge[];
  /** For each column whether boxes stand in it, or only edges run. */
  readonly hasBoxes: readonly boolean[];
}

/**
 * Places a flow on a grid: a node's row is the longest way to it, and branches lie in columns to the right, each in the first
 * that is free.
 */
export function placeOnGrid(flow: Flow): GraphLayout {
  const rows = ranksOf(flow);
  const takers = takersOf(flow);
  const main = mainPath(flow);
  const placed = new Set(main);
  const columns = flow.nodes.map(() => 0);
  const taken: Track[][] = [[{ nodes: main, first: 0, last: Number.POSITIVE_INFINITY }]];

  const place = (track: Track): number => {
    let column = 1;
    while (taken[column]?.some(({ first, last }) => first < track.last && track.first < last)) column++;
    taken[column] ??= [];
    taken[column]!.push(track);
    return column;
  };

  for (const { id, from } of flow.nodes) {
    if (placed.has(id)) continue;
    const nodes = [id];
    placed.add(id);
    for (let next = followerOf(id); next !== undefined; next = followerOf(nodes.at(-1)!)) {
      nodes.push(next);
      placed.add(next);
    }
    const before = from.map((each) => rows[each]!);
    const after = takers[nodes.at(-1)!]!.map((each) => rows[each]!);
    const column = place({
      nodes,
      first: Math.min(rows[id]! - 1, ...before),
      last: Math.max(rows[nodes.at(-1)!]! + 1, ...after),
    });
    for (const node of nodes) columns[node] = column;
  }

  /** The next node of a branch: one that takes from this alone. */
  function followerOf(id: number): number | undefined {
    return takers[id]!.find((taker) => !placed.has(taker) && flow.nodes[taker]!.from[0] === id);
  }

  const edges = flow.nodes.flatMap(({ id: to, from: givers }) =>
    givers.map((from): Edge => {
      const isFree = !flow.nodes.some(
        ({ id }) =>
          columns[id] === Math.max(columns[from]!, columns[to]!) && isBetween(rows[id]!, rows[from]!, rows[to]!),
      );
      if (isFree) return { from, to, column: Math.max(columns[from]!, columns[to]!) };
      return { from, to, column: place({ nodes: [], first: rows[from]!, last: rows[to]! }) };
    }),
  );
  return { rows, columns, edges, hasBoxes: taken.map((tracks) => tracks.some(({ nodes }) => nodes.length > 0)) };
}

function isBetween(row: number, above: number, below: number): boolean {
  return above < row && row < below;
}

/** For each node, those that take what it gives. */
function takersOf({ nodes }: Flow): number[][] {
  const takers: number[][] = nodes.map(() => []);
  for (const { id, from } of nodes) for (const giver of from) takers[giver]!.push(id);
  return takers;
}
