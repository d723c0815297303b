import { ZooError } from '../../core/index.js';

export type Color = readonly [red: number, green: number, blue: number];

/** Matplotlib's, at a few places, and straight between them. */
const stops = {
  gray: [
    [0, 0, 0],
    [255, 255, 255],
  ],
  /** Dark where a unit is silent, and as bright as it answers. */
  viridis: [
    [68, 1, 84],
    [65, 68, 135],
    [42, 120, 142],
    [34, 168, 132],
    [122, 209, 81],
    [253, 231, 37],
  ],
  /** From black over red to yellow: heat. */
  inferno: [
    [0, 0, 4],
    [66, 10, 104],
    [147, 38, 103],
    [221, 81, 58],
    [252, 165, 10],
    [252, 255, 164],
  ],
  /** Blue below the middle, red above. */
  diverging: [
    [33, 102, 172],
    [146, 197, 222],
    [247, 247, 247],
    [244, 165, 130],
    [178, 24, 43],
  ],
} as const satisfies Record<string, readonly Color[]>;

/** Names of what turns numbers into colours. */
export type Colormap = keyof typeof stops;

export const colormaps = Object.keys(stops) as readonly Colormap[];

/** What is no number has a colour that no colour map has. */
const NOT_A_NUMBER: Color = [255, 0, 255];

/** The colours of 0 to 1 in a table of 256. @throws ZooError for a name that is none */
export function colorsOf(who: string, name: Colormap): (share: number) => Color {
  if (!Object.hasOwn(stops, name)) {
    throw new ZooError(
      `${who}: expected a colormap among ${colormaps.join(', ')}, got ${JSON.stringify(name)}. Choose one of these.`,
    );
  }
  const table = Array.from({ length: 256 }, (_, i) => between(stops[name], i / 255));
  return (share) => table[Math.round(255 * Math.min(Math.max(share, 0), 1))] ?? NOT_A_NUMBER;
}

function between(colors: readonly Color[], share: number): Color {
  const place = share * (colors.length - 1);
  const index = Math.min(Math.floor(place), colors.length - 2);
  const [from, to] = [colors[index]!, colors[index + 1]!];
  return from.map((value, channel) => Math.round(value + (to[channel]! - value) * (place - index))) as [
    number,
    number,
    number,
  ];
}
