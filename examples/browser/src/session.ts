import type { backends } from 'tfjs-zoo';
import type { Engine } from './engine.js';

/** A picture to look at. */
export interface Photo {
  readonly name: string;
  /** JPEG, PNG, GIF or BMP, which the library reads. */
  readonly blob: Blob;
}

/** What the views share, by name. */
interface Shared {
  photo: Photo | undefined;
  /** Undefined while another is being loaded. */
  engine: Engine | undefined;
  backend: backends.BackendInfo | undefined;
  /** Whether a training runs, which needs the backend that it has. */
  isTraining: boolean;
}

type Name = keyof Shared;

const shared: Shared = { photo: undefined, engine: undefined, backend: undefined, isTraining: false };
const listeners: { [Key in Name]?: ((value: Shared[Key]) => void)[] } = {};

export function current<Key extends Name>(name: Key): Shared[Key] {
  return shared[name];
}

/** Sets what the views share, and tells those that listen. */
export function share<Key extends Name>(name: Key, value: Shared[Key]): void {
  shared[name] = value;
  for (const listener of listeners[name] ?? []) listener(value);
}

/** Calls `listener` with each new value. */
export function onShared<Key extends Name>(name: Key, listener: (value: Shared[Key]) => void): void {
  const others: ((value: Shared[Key]) => void)[] = listeners[name] ?? [];
  (listeners as Record<Key, typeof others>)[name] = [...others, listener];
}
