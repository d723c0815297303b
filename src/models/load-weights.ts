import type { CheckpointSource, ReadProgress, WebModel } from '../../converters/index.js';
import type { WeightsCache } from '../../weights/index.js';
import { type Folder, type HostTensor, type StateDict, ZooError } from '../core/index.js';
import { type AnyModule, matchStateDict, type State } from '../nn/index.js';
import type { WeightsReport } from './fresh-head.js';

/** Where trained weights come from: a path (Node), a URL, bytes, a File or Blob, or a state dict; paths and URLs of web folders too. */
export type WeightsSource = CheckpointSource | StateDict;

/** How far loading has come, in bytes; 'waiting' is for another process that downloads the same file. */
export interface LoadProgress extends ReadProgress {
  readonly stage: 'waiting' | 'downloading' | 'reading';
}

export interface LoadOptions {
  /** Where in the file the state dict is, where that is not one of the usual places. */
  readonly key?: string | undefined;
  /** Whether a CRC-32 of what is read must be the one that the file has. Default: true; false reads a damaged file. */
  readonly verify?: boolean | undefined;
  /** Called with the bytes so far, their total, and what is done with them. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** What keeps the files of a web folder on a server. Default: in a page its Cache Storage, in Node nothing; false for nothing. */
  readonly cache?: WeightsCache | false | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Weights whose shapes are known, and whose values are read when a model is there to take them. */
export interface OpenWeights {
  /** By name, PyTorch's shapes. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** What a web folder says of the images that the weights are for. */
  readonly about?: AboutWeights;
  /** Fills each state with the tensor of its name. */
  load(states: ReadonlyMap<string, State>): Promise<void>;
  close(): Promise<void>;
}

export interface AboutWeights {
  /** What they were converted for. */
  readonly model?: WebModel | undefined;
  readonly categories?: readonly string[] | undefined;
  /** Options of `transforms.ImageClassification`. */
  readonly transforms?: Readonly<Record<string, unknown>> | undefined;
}

export async function openWeights(source: WeightsSource | Folder, options: LoadOptions): Promise<OpenWeights> {
  if (source instanceof Map) {
    return {
      shapes: new Map([...source].map(([name, { shape }]) => [name, shape])),
      load: (states) => loadEach(states, async (name) => source.get(name)!, options),
      close: async () => {},
    };
  }
  if (isFolder(source)) return openFolder(source, options);
  expectSource(source);
  // Loaded when a file is to be read: a page that builds a model, or has a state dict, never needs the readers.
  const { findFolder, openCheckpoint } = await import('../../converters/index.js');
  const folder = await findFolder(source, { signal: options.signal });
  if (folder) return openFolder(folder, options);
  const { onProgress, ...others } = options;
  const checkpoint = await openCheckpoint(source, {
    ...others,
    ...(onProgress && { onProgress: (progress) => onProgress({ stage: 'reading', ...progress }) }),
  });
  return {
    shapes: new Map(checkpoint.entries.map(({ name, shape }) => [name, shape])),
    load: (states) => loadEach(states, (name) => checkpoint.read(name), options),
    close: () => checkpoint.close(),
  };
}

async function openFolder(folder: Folder, options: LoadOptions): Promise<OpenWeights> {
  const { openWebWeights } = await import('./web-weights.js');
  return openWebWeights(folder, options);
}

function isFolder(source: unknown): source is Folder {
  const { label, read } = Object(source) as Partial<Folder>;
  return typeof label === 'string' && typeof read === 'function';
}

/** Tensor by tensor, so that memory never holds a second copy of all of them. */
async function loadEach(
  states: ReadonlyMap<string, State>,
  read: (name: string) => Promise<HostTensor>,
  { signal }: LoadOptions,
): Promise<void> {
  for (const [name, state] of states) {
    signal?.throwIfAborted();
    state.load(await read(name));
  }
}

/** The same weights with tensors under other names, without those that have none. */
export function renameWeights(weights: OpenWeights, renamed: (name: string) => string | undefined): OpenWeights {
  const names = new Map<string, string>();
  for (const name of weights.shapes.keys()) {
    const now = renamed(name);
    if (now !== undefined) names.set(now, name);
  }
  return {
    ...weights,
    shapes: new Map([...names].map(([now, name]) => [now, weights.shapes.get(name)!])),
    load: (states) => weights.load(new Map([...states].map(([now, state]) => [names.get(now)!, state]))),
  };
}

/**
 * Fills a model, all but what is `fresh`.
 * @throws StateDictError before anything is changed if names or shapes do not fit
 */
export async function loadWeights(
  who: string,
  model: AnyModule,
  weights: OpenWeights,
  fresh: readonly string[],
): Promise<WeightsReport> {
  const states = model.namedStates();
  const shapes = new Map(weights.shapes);
  for (const name of fresh) {
    states.delete(name);
    shapes.delete(name);
  }
  matchStateDict(who, states, shapes, {
    strict: true,
    remedy: 'Check that the checkpoint is of this architecture; leave out sizes, which are then read from it.',
  });
  const loaded = [...shapes.keys()];
  await weights.load(new Map(loaded.map((name) => [name, states.get(name)!])));
  return { loaded, fresh };
}

/** A state dict in an object, or a whole checkpoint, is the likely slip. */
function expectSource(source: unknown): void {
  const isPlainObject =
    typeof source === 'object' && source !== null && Object.getPrototypeOf(source) === Object.prototype;
  if (source !== null && !isPlainObject) return;
  throw new ZooError(
    `createModel: expected weights as a path, URL, bytes, Blob or state dict (a Map), got ${source === null ? 'null' : 'an object'}. ` +
      'Pass checkpoint.stateDict, or new Map(Object.entries(stateDict)).',
  );
}
