import { type OpenCheckpoint, openCheckpoint, openWeb, type WebModel } from '../../../converters/index.js';
import type { Folder, HostTensor, StateDict } from '../../core/index.js';
import type { TensorShapes } from '../../nn/index.js';
import type { WeightsSource } from '../load-weights.js';
import type { ConvertOptions } from './options.js';

/** What a web folder says of its weights beside them. */
interface About {
  readonly model?: WebModel;
  readonly categories?: readonly string[];
  readonly transforms?: Readonly<Record<string, unknown>>;
}

/** Weights to convert, whose values are read one tensor at a time. */
export interface Input {
  readonly tensors: TensorShapes;
  readonly about: About;
  /** What `writeWebFolder` reads. */
  readonly content: StateDict | OpenCheckpoint;
  read(name: string): Promise<HostTensor>;
  close(): Promise<void>;
}

export async function openInput(
  source: WeightsSource | Folder,
  { key, verify, signal, onProgress }: ConvertOptions,
): Promise<Input> {
  if (source instanceof Map) {
    return { tensors: source, about: {}, content: source, read: async (name) => source.get(name)!, async close() {} };
  }
  const isFolder = typeof source === 'object' && source !== null && 'read' in source;
  let isOpen = false;
  const checkpoint = await (isFolder ? openWeb : openCheckpoint)(source as Folder & string, {
    key,
    verify,
    signal,
    // From then on what is written tells how far it has come.
    onProgress: (progress) => isOpen || onProgress?.({ stage: 'reading', ...progress }),
  });
  isOpen = true;
  const { format, extra, entries } = checkpoint;
  return {
    tensors: new Map(entries.map((entry) => [entry.name, entry])),
    about: format === 'tfjs' ? (extra as About) : {},
    content: checkpoint,
    read: (name) => checkpoint.read(name),
    close: () => checkpoint.close(),
  };
}
