import type { AnyModule } from '../../nn/index.js';
import type { FlowNode } from './flow.js';

/** What a node does to its input, which decides how it is drawn. */
export type Kind = 'input' | 'conv' | 'pool' | 'dense' | 'join' | 'flatten' | 'other' | 'minor';

/** A window that slides over an image. */
export interface Window {
  /** [height, width] */
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
}

/**
 * What kind of node it is; 'minor' are those that change values only, such as activations and norms.
 * @param before the shape of its first input
 */
export function kindOf(node: FlowNode, before: readonly number[]): Kind {
  const { type, from, shape } = node;
  const isSame = shape.join() === before.join();
  if (type === 'Input') return 'input';
  if (from.length > 1) return 'join';
  if (/Conv/.test(type)) return 'conv';
  if (/Linear|MatMul/.test(type)) return 'dense';
  if (/Adaptive.*Pool|^Mean$/.test(type)) return isSame ? 'minor' : 'pool';
  if (/Pool/.test(type)) return 'pool';
  if (shape.length === 2 && before.length > 2) return 'flatten';
  return isSame || shape.length === 0 ? 'minor' : 'other';
}

/** The window of a convolution or pooling: its settings, or for an adaptive one what its shapes imply. */
export function windowOf(node: FlowNode, before: readonly number[]): Window | undefined {
  const settings = (node.layer ?? {}) as Settings;
  const kernel = pair(settings.kernelSize);
  if (kernel) return { kernel, stride: pair(settings.stride) ?? [1, 1] };
  if (before.length !== 4) return undefined;
  const [, height, width] = before as [number, number, number];
  const [outHeight, outWidth] = node.shape.length === 4 ? [node.shape[1]!, node.shape[2]!] : [1, 1];
  if (!/Pool|Mean/.test(node.type)) return undefined;
  const kernelOf = (size: number, out: number) => Math.max(1, Math.ceil(size / out));
  return {
    kernel: [kernelOf(height, outHeight), kernelOf(width, outWidth)],
    stride: [Math.max(1, Math.floor(height / outHeight)), Math.max(1, Math.floor(width / outWidth))],
  };
}

/**
 * A node in a few words: 'conv 11×11', 'stride 4', each a line.
 * @param before the shape of its first input
 */
export function linesOf(node: FlowNode, before: readonly number[]): string[] {
  const kind = kindOf(node, before);
  const window = windowOf(node, before);
  switch (kind) {
    case 'conv':
      return [convName(node), ...(window ? windowLines(window) : [])].reduce(joinFirst, []);
    case 'pool':
      if (!node.layer || /Adaptive/.test(node.type)) return adaptiveLines(node);
      return [poolName(node.type), ...(window ? windowLines(window) : [])].reduce(joinFirst, []);
    case 'dense':
      return ['dense'];
    case 'input':
    case 'flatten':
      return [kind];
    case 'join':
      return [node.type === 'Concat' ? 'concat' : node.type.toLowerCase()];
    default:
      return [shortName(node.type)];
  }
}

/** What is said of a minor layer behind the one before it: 'BN', 'ReLU', 'dropout'. Nothing of one that does nothing. */
export function wordsOf({ type, layer }: FlowNode): string[] {
  if (/^Identity$|Adaptive/.test(type)) return [];
  // timm's norms hold the activation behind them.
  const { act } = (layer ?? {}) as { readonly act?: AnyModule };
  return [shortName(type), ...(act?.typeName && act.typeName !== 'Identity' ? [act.typeName] : [])];
}

/** Kernel, stride, padding and groups of a layer that has them, in one line for a box: '11×11, stride 4, padding 2'. */
export function settingsText(layer: AnyModule | undefined): string {
  const { kernelSize, stride, padding, groups } = (layer ?? {}) as Settings;
  const kernel = pair(kernelSize);
  if (!kernel) return '';
  const steps = pair(stride) ?? [1, 1];
  const pads = typeof padding === 'string' ? padding : pair(padding);
  return [
    kernel.join('×'),
    ...(steps.some((step) => step !== 1) ? [`stride ${short(steps)}`] : []),
    ...(typeof pads === 'string'
      ? [`padding ${pads}`]
      : pads?.some((pad) => pad !== 0)
        ? [`padding ${short(pads)}`]
        : []),
    ...(groups !== undefined && groups !== 1 ? [`groups ${groups}`] : []),
  ].join(', ');
}

interface Settings {
  readonly kernelSize?: unknown;
  readonly stride?: unknown;
  readonly padding?: unknown;
  readonly groups?: number;
  readonly inChannels?: number;
}

function convName({ type, layer }: FlowNode): string {
  const { groups = 1, inChannels = 0 } = (layer ?? {}) as Settings;
  if (/Transpose/.test(type)) return 'conv transpose';
  return groups > 1 && groups === inChannels ? 'depthwise' : 'conv';
}

function poolName(type: string): string {
  return /^Max/.test(type) ? 'max pool' : /^Avg/.test(type) ? 'avg pool' : shortName(type);
}

/** From any size to a given one: of one value it is said to be global. */
function adaptiveLines({ type, shape }: FlowNode): string[] {
  const name = /Max/.test(type) ? 'max pool' : 'avg pool';
  const isGlobal = shape.length !== 4 || (shape[1] === 1 && shape[2] === 1);
  return [`${isGlobal ? 'global' : 'adaptive'} ${name}`];
}

function windowLines({ kernel, stride }: Window): string[] {
  return [kernel.join('×'), ...(stride.some((step) => step !== 1) ? [`stride ${short(stride)}`] : [])];
}

/** The kernel stands beside the name. */
function joinFirst(lines: string[], line: string, index: number): string[] {
  return index === 1 ? [`${lines[0]} ${line}`] : [...lines, line];
}

const shortNames: readonly (readonly [RegExp, string])[] = [
  [/^BatchNorm/, 'BN'],
  [/^LocalResponseNorm$/, 'LRN'],
  [/^LayerNorm$/, 'LN'],
  [/^GroupNorm$/, 'GN'],
  [/Dropout/, 'dropout'],
  [/^Softmax/, 'softmax'],
  [/^Upsample/, 'upsample'],
];

function shortName(type: string): string {
  return shortNames.find(([pattern]) => pattern.test(type))?.[1] ?? type;
}

function short([height, width]: readonly [number, number]): string {
  return height === width ? String(height) : `${height}×${width}`;
}

/** A setting that is one number or two. */
function pair(value: unknown): readonly [number, number] | undefined {
  if (typeof value === 'number') return [value, value];
  return Array.isArray(value) && value.length === 2 ? (value as unknown as [number, number]) : undefined;
}
