/** Mulberry32: numbers from 0 to 1 that follow from a seed, the same in Node and in every browser. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` indices of labels, as many of each class, the classes in turn: every beginning of the list is balanced too. */
export function balanced(labels: Uint8Array, classes: number, count: number, seed: number): number[] {
  const random = randomNumbers(seed);
  const ofClass: number[][] = Array.from({ length: classes }, () => []);
  for (const [index, label] of labels.entries()) ofClass[label]?.push(index);
  const each = Math.min(Math.floor(count / classes), ...ofClass.map(({ length }) => length));
  for (const indices of ofClass) {
    for (let last = indices.length - 1; last > 0; last--) {
      const other = Math.floor(random() * (last + 1));
      [indices[last], indices[other]] = [indices[other]!, indices[last]!];
    }
  }
  return Array.from({ length: each * classes }, (_, place) => ofClass[place % classes]![Math.floor(place / classes)]!);
}
