/** Colours of a block's or box's kind: its sides in light and shadow, and its edges. */
interface Shades {
  readonly front: string;
  readonly roof: string;
  readonly face: string;
  readonly edge: string;
}

interface Palette {
  readonly paper: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly window: string;
  readonly fan: string;
  readonly kinds: Readonly<Record<string, Shades>>;
}

const light: Palette = {
  paper: '#ffffff',
  text: '#1b1f24',
  muted: '#57606a',
  line: '#6e7781',
  window: '#c2410c',
  fan: '#3f8f4f',
  kinds: {
    input: { front: '#d9dde2', roof: '#eceef1', face: '#c6ccd3', edge: '#68717b' },
    conv: { front: '#a9c9ee', roof: '#d3e4f7', face: '#8bb4e3', edge: '#2d5f99' },
    pool: { front: '#f6c9a8', roof: '#fce4d2', face: '#efae82', edge: '#a35a22' },
    plain: { front: '#ffffff', roof: '#ffffff', face: '#ffffff', edge: '#b6bec7' },
    dense: { front: '#aedbb4', roof: '#d6eed8', face: '#8dc996', edge: '#36793f' },
    join: { front: '#d2c3ee', roof: '#e8dff7', face: '#bba5e4', edge: '#6747a8' },
    other: { front: '#d2c3ee', roof: '#e8dff7', face: '#bba5e4', edge: '#6747a8' },
  },
};

const dark: Palette = {
  paper: '#0d1117',
  text: '#e6edf3',
  muted: '#a3adb8',
  line: '#8b949e',
  window: '#ff9e64',
  fan: '#6fc97f',
  kinds: {
    input: { front: '#3a424c', roof: '#4d5763', face: '#2d343d', edge: '#98a3af' },
    conv: { front: '#254e7d', roof: '#36699f', face: '#1b3c63', edge: '#8abaf0' },
    pool: { front: '#74431d', roof: '#95592a', face: '#583214', edge: '#f0b183' },
    plain: { front: '#161b22', roof: '#161b22', face: '#161b22', edge: '#4a535e' },
    dense: { front: '#265c31', roof: '#367b43', face: '#1b4424', edge: '#85d392' },
    join: { front: '#4b3a78', roof: '#644f9c', face: '#382a5c', edge: '#c4aef5' },
    other: { front: '#4b3a78', roof: '#644f9c', face: '#382a5c', edge: '#c4aef5' },
  },
};

/** Sizes of letters in pixels. */
export const TYPE = { size: 13, line: 11.5 };

/** The class that the rules of a theme are for. */
export function themeClass(theme: 'light' | 'dark' | 'auto'): string {
  return `tfjs-zoo-drawing-${theme}`;
}

/** A theme's rules: light ones, dark ones, or both with the reader's system to choose. */
export function themeCss(theme: 'light' | 'dark' | 'auto'): string {
  const root = `.${themeClass(theme)}`;
  const palette = theme === 'dark' ? dark : light;
  const lines = [...shared(root), ...colours(root, palette)];
  if (theme === 'auto') lines.push('@media (prefers-color-scheme: dark) {', ...colours(root, dark), '}');
  return lines.join('\n');
}

function shared(root: string): string[] {
  return [
    `${root} text { font-family: system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; font-size: ${TYPE.line}px }`,
    `${root} .size { font-size: ${TYPE.size}px; font-weight: 600 }`,
    `${root} polygon, ${root} rect { stroke-linejoin: round }`,
    `${root} .front, ${root} .roof, ${root} .face, ${root} .box { stroke-width: 1 }`,
    `${root} .window { fill-opacity: 0.2; stroke-width: 1.2 }`,
    `${root} .beam { fill-opacity: 0.12; stroke: none }`,
    `${root} .ray { stroke-width: 0.9; fill: none }`,
    `${root} .fan { fill-opacity: 0.13; stroke: none }`,
    `${root} .flow, ${root} .skip { fill: none; stroke-width: 1.4 }`,
    `${root} .joint { stroke-width: 1.3 }`,
    `${root} .sign { font-size: 14px; font-weight: 600 }`,
  ];
}

function colours(root: string, { paper, text, muted, line, window, fan, kinds }: Palette): string[] {
  return [
    `${root} .paper { fill: ${paper} }`,
    `${root} text { fill: ${muted} }`,
    `${root} .size, ${root} .sign { fill: ${text} }`,
    `${root} .window { fill: ${window}; stroke: ${window} }`,
    `${root} .beam { fill: ${window} }`,
    `${root} .ray { stroke: ${window} }`,
    `${root} .fan { fill: ${fan} }`,
    `${root} .flow, ${root} .skip { stroke: ${line} }`,
    `${root} .head { fill: ${line} }`,
    `${root} .joint { fill: ${paper}; stroke: ${line} }`,
    ...Object.entries(kinds).flatMap(([kind, { front, roof, face, edge }]) => [
      `${root} .${kind} polygon, ${root} .${kind} rect { stroke: ${edge} }`,
      `${root} .${kind} .front { fill: ${front} }`,
      `${root} .${kind} .roof, ${root} .${kind} .box { fill: ${roof} }`,
      `${root} .${kind} .face { fill: ${face} }`,
    ]),
  ];
}
