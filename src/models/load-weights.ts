import type { CheckpointSource, ReadProgress } from '../../converters/index.js';
import type { HostTensor, StateDict } from '../core/index.js';
import { type AnyModule, matchStateDict } from '../nn/index.js';

/** Where trained weights come from: a path (Node), a URL, bytes, a File or Blob, or a state dict. */
export type WeightsSource = CheckpointSource | StateDict;

export interface LoadOptions {
  /** Where in the file the state dict is, where that is not one of the usual places. */
  readonly key?: string | undefined;
  /** Called with the bytes read so far and, where it is known, their total. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
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
  // Loaded when a file is opened: half of the code that AlexNet would bring into a page.
  const { openCheckpoint } = await import('../../converters/index.js');
  const checkpoint = await openCheckpoint(source, options);
  return {
    shapes: new Map(checkpoint.entries.map(({ name, shape }) => [name, shape])),
    read: (name) => checkpoint.read(name),
    close: () => checkpoint.close(),
  };
}

/**
 * Fills a model tensor by tensor, so that memory never holds a second copy of all of them.
 * @throws StateDictError before anything is changed if names or shapes do not fit
 */
export async function loadWeights(model: AnyModule, weights: OpenWeights, signal?: AbortSignal): Promise<void> {
  const states = model.namedStates();
  matchStateDict(`${model.typeName}.loadStateDict`, states, weights.shapes, true);
  for (const name of weights.shapes.keys()) {
    signal?.throwIfAborted();
    states.get(name)!.load(await weights.read(name));
  }
}
