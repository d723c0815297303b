import type { CheckpointSource, ReadProgress } from '../../converters/index.js';
import { type HostTensor, type StateDict, ZooError } from '../core/index.js';
import { type AnyModule, matchStateDict } from '../nn/index.js';
import type { WeightsReport } from './fresh-head.js';

/** Where trained weights come from: a path (Node), a URL, bytes, a File or Blob, or a state dict. */
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
  readonly signal?: AbortSignal | undefined;
}

/** Weights whose shapes are known and whose values are read one tensor at a time. */
export interface OpenWeights {
  /** By name, PyTorch's shapes. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  read(name: string): Promise<HostTensor>;
  close(): Promise<void>;
}

export async function openWeights(source: WeightsSource, options: LoadOptions): Promise<OpenWeights> {
  if (source instanceof Map) {
    return {
      shapes: new Map([...source].map(([name, { shape }]) => [name, shape])),
      read: async (name) => source.get(name)!,
      close: async () => {},
    };
  }
  expectSource(source);
  // Loaded when a file is to be read: a page that builds a model, or has a state dict, never needs the readers.
  const { openCheckpoint } = await import('../../converters/index.js');
  const { onProgress, ...others } = options;
  const checkpoint = await openCheckpoint(source, {
    ...others,
    ...(onProgress && { onProgress: (progress) => onProgress({ stage: 'reading', ...progress }) }),
  });
  return {
    shapes: new Map(checkpoint.entries.map(({ name, shape }) => [name, shape])),
    read: (name) => checkpoint.read(name),
    close: () => checkpoint.close(),
  };
}

/**
 * Fills a model tensor by tensor, so that memory never holds a second copy of all of them; all but what is `fresh`.
 * @throws StateDictError before anything is changed if names or shapes do not fit
 */
export async function loadWeights(
  who: string,
  model: AnyModule,
  weights: OpenWeights,
  { fresh, signal }: { fresh: readonly string[]; signal?: AbortSignal | undefined },
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
  for (const name of loaded) {
    signal?.throwIfAborted();
    states.get(name)!.load(await weights.read(name));
  }
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
