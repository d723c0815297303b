import { type HostTensor, ShapeError, type StateDict, sizeOf, ZooError } from '../core/index.js';
import { kindOf, shapeText } from './functional/checks.js';

// The options of toTensors, and whether they fit a state dict. All that is wrong is told at once, a line for each.

/** What a tensor of a checkpoint is, which decides how its axes come to lie; 'plain' leaves them. */
export type TensorLayout = 'conv2d' | 'depthwise' | 'convTranspose2d' | 'linear' | 'plain';

export interface ToTensorsOptions {
  /** Linear weights behind a Flatten, and other tensors of its features: the [C, H, W] that was flattened, by name. */
  readonly flattenedFrom?: Readonly<Record<string, readonly [channels: number, height: number, width: number]>>;
  /** What tensors are, by name, where it is not what their shape says. */
  readonly layouts?: Readonly<Record<string, TensorLayout>>;
  /** M of depthwise convolutions that give each input channel more than one output, by name. */
  readonly multipliers?: Readonly<Record<string, number>>;
}

const ranks: Readonly<Record<TensorLayout, number | null>> = {
  conv2d: 4,
  depthwise: 4,
  convTranspose2d: 4,
  linear: 2,
  plain: null,
};

/** More names than this would bury the message. */
const MAX_LISTED = 8;

/** Checks that the options name tensors of the state dict, and layouts that exist. @throws ZooError */
export function expectNames(stateDict: StateDict, options: ToTensorsOptions): void {
  const wrong: string[] = [];
  for (const option of ['flattenedFrom', 'layouts', 'multipliers'] as const) {
    const given: unknown = options[option] ?? {};
    if (kindOf(given) !== 'object' || given instanceof Map) {
      const got = given instanceof Map ? 'a Map' : kindOf(given);
      wrong.push(`expected ${option} to be an object with the names of tensors, got ${got}. Write { NAME: VALUE }.`);
      continue;
    }
    const unknown = Object.keys(given as object).filter((name) => !stateDict.has(name));
    if (unknown.length === 0) continue;
    const known = [...stateDict.keys()].slice(0, MAX_LISTED).join(', ');
    wrong.push(
      `expected ${option} to name tensors of the state dict, got ${unknown.join(', ')}. Its names begin with ${known}.`,
    );
  }
  for (const [name, layout] of Object.entries(options.layouts ?? {})) {
    if (Object.hasOwn(ranks, layout)) continue;
    const known = Object.keys(ranks).join(', ');
    wrong.push(`expected the layout of ${name} to be one of ${known}, got '${layout}'. Choose one of these.`);
  }
  if (wrong.length > 0) throw new ZooError(lines(wrong));
}

/** Checks that the options fit the tensors that they name, and that tfjs can hold the values. @throws ShapeError */
export function expectFit(stateDict: StateDict, options: ToTensorsOptions): void {
  const wrong = [...stateDict].flatMap(([name, tensor]) => [
    ...objectionsToLayout(name, tensor, options),
    ...objectionsToImage(name, tensor, options),
    ...objectionsToValues(name, tensor),
  ]);
  if (wrong.length > 0) throw new ShapeError(lines(wrong));
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `toTensors: ${text}`).join('\n');
}

function objectionsToLayout(name: string, { shape }: HostTensor, options: ToTensorsOptions): string[] {
  const layout = options.layouts?.[name];
  const multiplier = options.multipliers?.[name];
  const got = `got ${shapeText(shape)}`;
  if (multiplier !== undefined && layout !== undefined && layout !== 'depthwise') {
    return [`expected ${name} to be depthwise, for it has a multiplier, got '${layout}'. Leave out one of the two.`];
  }
  if (multiplier !== undefined || layout === 'depthwise') {
    if (shape.length !== 4 || shape[1] !== 1) {
      return [`expected ${name} to be a depthwise convolution [C · M, 1, KH, KW], ${got}. Leave it out.`];
    }
    if (multiplier === undefined || (Number.isInteger(multiplier) && multiplier >= 1 && shape[0]! % multiplier === 0)) {
      return [];
    }
    return [
      `expected the multiplier of ${name} to divide its ${shape[0]} output channels, got ${multiplier}. Correct it.`,
    ];
  }
  const rank = layout && ranks[layout];
  if (!rank || shape.length === rank) return [];
  return [`expected ${name} to be of rank ${rank} for the layout '${layout}', ${got}. Choose another layout.`];
}

function objectionsToImage(name: string, { shape }: HostTensor, options: ToTensorsOptions): string[] {
  const image: unknown = options.flattenedFrom?.[name];
  const layout = options.layouts?.[name];
  if (image === undefined) return [];
  if (layout !== undefined && layout !== 'linear') {
    return [`expected ${name} to be linear, for it is in flattenedFrom, got '${layout}'. Leave out one of the two.`];
  }
  const isImage =
    Array.isArray(image) && image.length === 3 && image.every((size) => Number.isInteger(size) && size >= 1);
  if (!isImage) {
    const got = Array.isArray(image) ? shapeText(image) : kindOf(image);
    return [`expected flattenedFrom of ${name} to be [C, H, W], got ${got}. Give the shape in front of the Flatten.`];
  }
  if ((shape.length === 2 || shape.length === 1) && shape.at(-1) === sizeOf(image)) return [];
  return [
    `expected ${name} to have ${sizeOf(image)} inputs for flattenedFrom ${shapeText(image)}, got shape ${shapeText(shape)}. ` +
      'Give the shape in front of the Flatten, without the batch.',
  ];
}

const MAX_INT32 = 2 ** 31 - 1;

function objectionsToValues(name: string, { data }: HostTensor): string[] {
  if (!(data instanceof BigInt64Array)) return [];
  const large = data.find((value) => value > MAX_INT32 || value < -MAX_INT32 - 1);
  if (large === undefined) return [];
  return [`expected the int64 values of ${name} to fit int32, got ${large}. Delete it from the state dict.`];
}
