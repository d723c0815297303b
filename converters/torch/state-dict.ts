import { CheckpointError } from '../../src/core/index.js';
import { describe, PickleObject, quote } from '../pickle/objects.js';
import { isPickledModule, moduleStateDict } from './modules.js';
import { TensorRef } from './tensor-ref.js';

/** Where training scripts put the state dict, the commonest first. */
const usualKeys = [
  'state_dict',
  'model_state_dict',
  'model',
  'model_state',
  'net',
  'network',
  'weights',
  'params',
  'params_ema',
  'model_ema',
  'ema',
  'module',
];

/** How deep a state dict may lie under usual keys: `{ model: { state_dict: … } }`. */
const maxUsualDepth = 4;

/** The tensors of a file by name, and the object of the pickle that holds them. */
export interface FoundStateDict {
  readonly tensors: Map<string, TensorRef>;
  readonly holder: unknown;
}

function dictOf(value: unknown): Map<unknown, unknown> | undefined {
  if (value instanceof Map) return value;
  return value instanceof PickleObject ? value.items : undefined;
}

function holdsTensors(value: unknown): boolean {
  if (isPickledModule(value)) return true;
  const dict = dictOf(value);
  if (!dict) return false;
  for (const [name, item] of dict) if (typeof name === 'string' && item instanceof TensorRef) return true;
  return false;
}

function keysOf(value: unknown): string {
  const dict = dictOf(value);
  if (!dict) return describe(value);
  const keys: string[] = [];
  for (const key of dict.keys()) {
    if (keys.length === 20) break;
    keys.push(typeof key === 'string' ? quote(key) : describe(key));
  }
  return `the keys ${keys.join(', ')}${dict.size > keys.length ? ` and ${dict.size - keys.length} more` : ''}`;
}

/** Follows a dotted key; a key that itself has dots is tried before it is taken apart. */
function follow(root: unknown, key: string): unknown {
  let value = root;
  let rest = key.split('.');
  while (rest.length > 0) {
    const container = Array.isArray(value) ? value : dictOf(value);
    let taken = rest.length;
    while (taken > 0 && !hasKey(container, rest.slice(0, taken).join('.'))) taken--;
    if (!container || taken === 0) {
      throw new CheckpointError(
        `Checkpoint: expected the key ${quote(key)}, got ${keysOf(value)}. Give one of those as key.`,
      );
    }
    const name = rest.slice(0, taken).join('.');
    if (Array.isArray(container)) value = container[Number(name)];
    else value = container.has(name) ? container.get(name) : container.get(Number(name));
    rest = rest.slice(taken);
  }
  return value;
}

function hasKey(container: Map<unknown, unknown> | unknown[] | undefined, name: string): boolean {
  const index = /^\d+$/.test(name) ? Number(name) : -1;
  if (Array.isArray(container)) return index in container;
  return container !== undefined && (container.has(name) || (index >= 0 && container.has(index)));
}

/** Looks under the usual keys first, for a training state may hold tensors beside its model (`best_acc1`). */
function search(root: unknown): unknown {
  let value = root;
  for (let depth = 0; depth < maxUsualDepth; depth++) {
    const dict = dictOf(value);
    if (!dict) break;
    const children = usualKeys.map((key) => dict.get(key));
    const child = children.find(holdsTensors);
    if (child !== undefined) return child;
    if (holdsTensors(value)) return value;
    const nested = children.find((item) => dictOf(item) !== undefined);
    if (nested === undefined) break;
    value = nested;
  }
  if (holdsTensors(root) || dictOf(root)?.size === 0) return root;
  // Each value once: a dict may hold the same large one any number of times.
  const only = [...new Set(dictOf(root)?.values())].filter(holdsTensors);
  return only.length === 1 ? only[0] : undefined;
}

/** Prefixes that a wrapper puts before every name: DataParallel's and torch.compile's. */
const wrappers = ['module.', '_orig_mod.'];

function stripWrappers(tensors: Map<string, TensorRef>): Map<string, TensorRef> {
  let names = [...tensors.keys()];
  for (;;) {
    const prefix = wrappers.find((wrapper) => names.length > 0 && names.every((name) => name.startsWith(wrapper)));
    if (prefix === undefined) break;
    names = names.map((name) => name.slice(prefix.length));
  }
  return new Map([...tensors.values()].map((tensor, index) => [names[index]!, tensor]));
}

/** Finds the state dict in what a checkpoint holds: under `key`, under a usual key, or the whole; where it is optional, there may be none. */
export function findStateDict(
  root: unknown,
  { key, optional = false }: { readonly key?: string | undefined; readonly optional?: boolean } = {},
): FoundStateDict {
  const holder = key === undefined ? search(root) : follow(root, key);
  if (isPickledModule(holder)) return { tensors: stripWrappers(moduleStateDict(holder)), holder };
  const dict = dictOf(holder);
  if (!dict || (dict.size > 0 && !holdsTensors(dict))) {
    if (optional && key === undefined) return { tensors: new Map(), holder: undefined };
    const where = key === undefined ? '' : ` under ${quote(key)}`;
    throw new CheckpointError(
      `Checkpoint: expected a state dict (a dict of tensors)${where}, got ${keysOf(key === undefined ? root : holder)}. ` +
        'Name where it is with { key }, or in PyTorch torch.save(model.state_dict(), …).',
    );
  }
  const tensors = new Map<string, TensorRef>();
  for (const [name, value] of dict) {
    if (typeof name === 'string' && value instanceof TensorRef) tensors.set(name, value);
  }
  return { tensors: stripWrappers(tensors), holder };
}
