/** About normal, the same each time, as trained weights are. */
export function normal(length: number, seed = 1): Float32Array<ArrayBuffer> {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Float32Array.from({ length }, () => uniform() + uniform() + uniform() + uniform());
}
