import type { Arc } from './chain.js';

/** An arc, and how high it runs in each row that it runs in: 0 is the lowest. */
export interface PlacedArc extends Arc {
  readonly levels: ReadonlyMap<number, number>;
}

/** Gives arcs that would run into each other levels: short ones below, those that go on in another row on top. */
export function placeArcs(arcs: readonly Arc[], rowOf: readonly number[]): PlacedArc[] {
  const turns = ({ from, to }: Arc) => rowOf[from] !== rowOf[to];
  const placed: PlacedArc[] = [];
  const sorted = [...arcs].sort(
    (a, b) => Number(turns(a)) - Number(turns(b)) || a.to - a.from - (b.to - b.from) || a.from - b.from,
  );
  for (const arc of sorted) {
    const levels = new Map<number, number>();
    for (const [row, span] of spansOf(arc, rowOf)) {
      const inTheWay = placed
        .filter((other) => overlaps(span, spansOf(other, rowOf).get(row)))
        .map((other) => other.levels.get(row)!);
      levels.set(row, Math.max(-1, ...inTheWay) + 1);
    }
    placed.push({ ...arc, levels });
  }
  return placed;
}

type Span = readonly [first: number, last: number];

/** Above which blocks an arc runs, by row: one that goes on in another row goes round the right ends of both. */
function spansOf({ from, to }: Arc, rowOf: readonly number[]): Map<number, Span> {
  if (rowOf[from] === rowOf[to]) return new Map([[rowOf[from]!, [from, to]]]);
  return new Map([from, to].map((end) => [rowOf[end]!, [end, rowOf.lastIndexOf(rowOf[end]!) + 1]]));
}

function overlaps([first, last]: Span, other: Span | undefined): boolean {
  return other !== undefined && other[0] < last && first < other[1];
}
