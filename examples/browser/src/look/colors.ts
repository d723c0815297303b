type Color = readonly [red: number, green: number, blue: number];

/** Matplotlib's viridis, at six places: dark where a unit is silent, and as bright as it answers. */
const viridis: readonly Color[] = [
  [68, 1, 84],
  [65, 68, 135],
  [42, 120, 142],
  [34, 168, 132],
  [122, 209, 81],
  [253, 231, 37],
];
/** Blue below zero, red above. */
const diverging: readonly Color[] = [
  [33, 102, 172],
  [146, 197, 222],
  [247, 247, 247],
  [244, 165, 130],
  [178, 24, 43],
];

function between(colors: readonly Color[], share: number): Color {
  const place = Math.min(Math.max(share, 0), 1) * (colors.length - 1);
  const index = Math.min(Math.floor(place), colors.length - 2);
  const [from, to] = [colors[index]!, colors[index + 1]!];
  return from.map((value, channel) => value + (to[channel]! - value) * (place - index)) as unknown as Color;
}

const table = (colors: readonly Color[]) => Array.from({ length: 256 }, (_, i) => between(colors, i / 255));
const tables = { viridis: table(viridis), diverging: table(diverging) };

/** The colour of a share from 0 to 1. */
export function colorOf(name: keyof typeof tables, share: number): Color {
  return tables[name][Math.min(Math.max(Math.round(share * 255), 0), 255)]!;
}
