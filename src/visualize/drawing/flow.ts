import type { AnyModule } from '../../nn/index.js';

/** One call of a layer, or an op that a model's `forward` calls without one, and where its inputs come from. */
export interface FlowNode {
  /** Position in the order of the calls; 0 is the model's input. */
  readonly id: number;
  /** Dotted, as in `namedModules()`; '' for the input and for ops without a module. */
  readonly name: string;
  /** The layer's `typeName`, or what the op is called. */
  readonly type: string;
  /** Nothing for the input and for ops without a module. */
  readonly layer: AnyModule | undefined;
  /** With its batch axis, channels last; empty where it is no tensor. */
  readonly shape: readonly number[];
  /** Ids of the nodes that gave its inputs, in the order of the arguments. */
  readonly from: readonly number[];
}

/** What flows where in a forward pass. Each node comes after those it takes from. */
export interface Flow {
  /** The model's `typeName`. */
  readonly model: string;
  readonly nodes: readonly FlowNode[];
  /** Nodes that gave what the model returns. */
  readonly outputs: readonly number[];
}

/** For each node, how many nodes the longest way from the input passes before it. */
export function ranksOf({ nodes }: Flow): number[] {
  const ranks: number[] = [];
  for (const { from } of nodes) ranks.push(from.reduce((rank, id) => Math.max(rank, ranks[id]! + 1), 0));
  return ranks;
}

/** The longest way from the input to the output that lies farthest from it, as ids. */
export function mainPath(flow: Flow): number[] {
  const ranks = ranksOf(flow);
  const path: number[] = [];
  let at: number | undefined = deepest(flow.outputs.length > 0 ? flow.outputs : flow.nodes.map(({ id }) => id), ranks);
  while (at !== undefined) {
    path.unshift(at);
    at = deepest(flow.nodes[at]!.from, ranks);
  }
  return path;
}

/** The one of some nodes that lies farthest from the input; of equals the first. */
export function deepest(ids: readonly number[], ranks: readonly number[]): number | undefined {
  return ids.reduce<number | undefined>(
    (best, id) => (best === undefined || ranks[id]! > ranks[best]! ? id : best),
    undefined,
  );
}

/** A shape as it is written beside a drawing: without its batch axis, '224×224×3'. */
export function sizeText(shape: readonly number[]): string {
  const sizes = shape.length > 1 ? shape.slice(1) : shape;
  return sizes.length > 0 ? sizes.join('×') : 'no tensor';
}
