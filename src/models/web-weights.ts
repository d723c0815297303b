import { openWebFolder, readInOrder, toHost, type WebFolder, type WebTensor } from '../../converters/index.js';
import { CachedFolder, openCache } from '../../weights/index.js';
import { type Folder, place, type Values } from '../core/index.js';
import { permutationOf, type State, TensorState } from '../nn/index.js';
import type { LoadOptions, OpenWeights } from './load-weights.js';

/**
 * Opens a web folder for a model. Its tensors lie as in memory, so they are written there while the shards come: no tensor is ever whole anywhere
 * else, where the backend's memory can be written.
 */
export async function openWebWeights(source: Folder, options: LoadOptions): Promise<OpenWeights> {
  const cache = /^https?:/.test(source.label) ? await openCache(options.cache) : undefined;
  const cached = cache && new CachedFolder(source, cache);
  const web = await openWebFolder(cached ?? source);
  const { model, categories, transforms } = web;
  return {
    shapes: new Map([...web.tensors].map(([name, { shape }]) => [name, shape])),
    about: { model, categories, transforms },
    async load(states) {
      await load(web, states, options);
      void cached?.dropStale(web.shards); // who waits for the model does not wait for it
    },
    close: async () => {},
  };
}

async function load(
  web: WebFolder,
  states: ReadonlyMap<string, State>,
  { onProgress, signal }: LoadOptions,
): Promise<void> {
  let loaded = 0;
  const onBytes = (bytes: number) => {
    loaded += bytes;
    onProgress?.({ stage: 'downloading', loaded, total: web.bytes });
  };
  let target: Target | undefined;
  try {
    for await (const part of readInOrder(web, onBytes)) {
      signal?.throwIfAborted();
      const state = states.get(part.tensor.name);
      if (!state) continue; // a head that gets fresh weights
      target ??= targetOf(state, part.tensor);
      target.place(part);
      if (!part.isLast) continue;
      target.end();
      target = undefined;
    }
  } finally {
    target?.discard();
  }
}

interface Target {
  place(values: Values): void;
  end(): void;
  discard(): void;
}

/** The state itself where values lie as it has them; else an array, which is loaded as one of a checkpoint. */
function targetOf(state: State, tensor: WebTensor): Target {
  const { shape, memoryShape, permutation, entries } = tensor;
  const isAlike =
    state instanceof TensorState &&
    state.dtype === entries[0]!.dtype &&
    String(permutationOf(state.layout)) === String(permutation);
  if (isAlike) return state.receive(shape);
  const size = memoryShape.reduce((product, dim) => product * dim, 1);
  const values = new { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[entries[0]!.dtype](size);
  return {
    place: (part) => place(part, values),
    end: () => state.load(toHost(tensor, values)),
    discard() {},
  };
}
