import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nearest } from '../../core/index.js';
import type { ModelName } from '../../models/index.js';
import { type Colormap, colormaps, type Normalization } from '../../visualize/index.js';
import { oneOf, positiveInteger, UsageError } from '../command.js';
import { buildUnfilled } from '../shape-model.js';

export const methods = ['maps', 'saliency', 'grad-cam', 'occlusion'] as const;

type Method = (typeof methods)[number];

/** What of the options is not about the model: as words, and checked. */
interface Words {
  readonly out: string | undefined;
  readonly layer: string | undefined;
  readonly filters: boolean;
  readonly method: string;
  readonly class: string | undefined;
  readonly channels: string | undefined;
  readonly columns: string | undefined;
  readonly scale: string | undefined;
  readonly colormap: string | undefined;
  readonly normalize: string | undefined;
  readonly patch: string | undefined;
  readonly stride: string | undefined;
}

export interface Wishes {
  readonly out: string;
  readonly layer: string | undefined;
  readonly draw: Method | 'filters';
  readonly class: string | undefined;
  readonly colormap: Colormap | undefined;
  readonly tiles: {
    readonly channels: number | undefined;
    readonly columns: number | undefined;
    readonly scale: number | undefined;
    readonly normalize: Normalization | undefined;
  };
  readonly squares: { readonly patch: number | undefined; readonly stride: number | undefined };
}

/** Which options belong to which drawings; the others to all. */
const belongTo: Readonly<Record<string, readonly Wishes['draw'][]>> = {
  layer: ['maps', 'filters', 'grad-cam'],
  class: ['saliency', 'grad-cam', 'occlusion'],
  channels: ['maps', 'filters'],
  columns: ['maps', 'filters'],
  scale: ['maps', 'filters'],
  normalize: ['maps', 'filters'],
  patch: ['occlusion'],
  stride: ['occlusion'],
};

/** @throws UsageError for words that do not fit each other, or the model */
export async function wishesOf(model: ModelName, photo: string | undefined, words: Words): Promise<Wishes> {
  const method = oneOf('--method', methods, words.method);
  if (words.filters && method !== 'maps') throw new UsageError(`expected --filters or --method ${method}, got both.`);
  const draw = words.filters ? 'filters' : method;
  if (photo === undefined && draw !== 'filters') throw new UsageError('expected one photograph, got none.');
  if (photo !== undefined && draw === 'filters') {
    throw new UsageError(`expected no photograph with --filters, got '${photo}'.`);
  }
  for (const [option, drawings] of Object.entries(belongTo)) {
    if (words[option as keyof Words] === undefined || drawings.includes(draw)) continue;
    const where = drawings.map((each) => (each === 'filters' ? '--filters' : `--method ${each}`)).join(', ');
    throw new UsageError(`expected --${option} with ${where}, got it with ${draw}.`);
  }
  if (words.layer !== undefined) await expectLayer(model, words.layer);
  const count = (option: 'channels' | 'columns' | 'scale' | 'patch' | 'stride') =>
    words[option] === undefined ? undefined : positiveInteger(option, words[option]);
  return {
    out: await expectOut(words.out),
    layer: words.layer,
    draw,
    class: words.class,
    colormap: words.colormap === undefined ? undefined : oneOf('--colormap', colormaps, words.colormap),
    tiles: {
      channels: count('channels'),
      columns: count('columns'),
      scale: count('scale'),
      normalize: words.normalize === undefined ? undefined : normalizationOf(words.normalize),
    },
    squares: { patch: count('patch'), stride: count('stride') },
  };
}

/** Before the weights are there: what a model is made of does not depend on them. */
async function expectLayer(model: ModelName, layer: string): Promise<void> {
  using shape = await buildUnfilled(model);
  const names = [...shape.namedModules()].map(([name]) => name).filter((name) => name !== '');
  if (names.includes(layer)) return;
  throw new UsageError(
    `expected --layer among the ${names.length} of ${model}, got '${layer}'. The nearest: ${nearest(layer, names).join(', ')}; tfjs-zoo summary ${model} lists all.`,
  );
}

/** @throws UsageError unless a PNG file can be written there */
async function expectOut(out: string | undefined): Promise<string> {
  if (out === undefined) throw new UsageError('expected -o FILE.png, got none.');
  if (!/\.png$/i.test(out)) throw new UsageError(`expected -o FILE.png, got '${out}'. Only PNG files are written.`);
  const folder = dirname(out);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new UsageError(`expected a folder that is there for -o, got '${folder}'. Make it first.`);
  return out;
}

function normalizationOf(word: string): Normalization {
  if (word === 'each' || word === 'all') return word;
  const numbers = word.split(',').map((part) => (/^[-+]?(\d+\.?\d*|\.\d+)$/.test(part) ? Number(part) : Number.NaN));
  if (numbers.length === 2 && numbers.every(Number.isFinite)) return numbers as [number, number];
  throw new UsageError(`expected --normalize each, all or GAIN,OFFSET such as 0.5,0.5, got '${word}'.`);
}
