import { CheckpointError } from '../../src/core/index.js';
import { describe, PickleObject } from '../pickle/objects.js';
import { TensorRef } from './tensor-ref.js';

/** A pickled module tree is walked this far; a shared child can otherwise make few bytes name endless parameters. */
const maxModules = 100_000;
const maxDepth = 64;
const maxEntries = 1_000_000;
const maxCharacters = 16 * 2 ** 20;

/** The attributes of a pickled object, `_modules` and the like, when it is an instance of a subclass of nn.Module. */
function moduleState(value: unknown): Map<unknown, unknown> | undefined {
  if (!(value instanceof PickleObject)) return undefined;
  const state: unknown = Array.isArray(value.state) ? value.state[0] : value.state;
  return state instanceof Map && state.get('_parameters') instanceof Map && state.get('_modules') instanceof Map
    ? state
    : undefined;
}

/** Whether this is a module that was pickled whole (`torch.save(model)`). */
export function isPickledModule(value: unknown): value is PickleObject {
  return moduleState(value) !== undefined;
}

function tensorsOf(dict: unknown, except?: unknown): [string, TensorRef][] {
  if (!(dict instanceof Map)) return [];
  return [...dict].filter(
    ([name, value]) =>
      typeof name === 'string' && value instanceof TensorRef && !(except instanceof Set && except.has(name)),
  ) as [string, TensorRef][];
}

/** The name of a child; one that is no text is no module's, and must not be converted: it may nest without end. */
function textOf(name: unknown): string {
  return typeof name === 'string' ? name : describe(name);
}

/** What `model.state_dict()` would give: parameters, then buffers that are not transient, then the children's. */
export function moduleStateDict(root: PickleObject): Map<string, TensorRef> {
  const found = new Map<string, TensorRef>();
  const pending: { module: unknown; prefix: string; depth: number }[] = [{ module: root, prefix: '', depth: 0 }];
  let entries = 0;
  let characters = 0;
  function expectFew(within: boolean): void {
    if (within) return;
    throw new CheckpointError(
      `Checkpoint: expected a model of at most ${maxModules} modules nested ${maxDepth} deep, with ${maxEntries} names of ` +
        `${maxCharacters} characters together, got more. In PyTorch, torch.save(model.state_dict(), …) instead.`,
    );
  }
  for (let visited = 0; pending.length > 0; visited++) {
    const { module, prefix, depth } = pending.pop()!;
    expectFew(visited < maxModules && depth <= maxDepth);
    const state = moduleState(module);
    if (!state) continue;
    for (const dict of state.values()) if (dict instanceof Map) entries += dict.size;
    expectFew(entries <= maxEntries);
    const own = [
      ...tensorsOf(state.get('_parameters')),
      ...tensorsOf(state.get('_buffers'), state.get('_non_persistent_buffers_set')),
    ];
    for (const [name, tensor] of own) {
      characters += prefix.length + name.length;
      expectFew(characters <= maxCharacters);
      found.set(prefix + name, tensor);
    }
    const children = [...(state.get('_modules') as Map<unknown, unknown>)];
    for (const [name, child] of children.reverse()) {
      if (!moduleState(child)) continue;
      const childPrefix = `${prefix}${textOf(name)}.`;
      characters += childPrefix.length;
      expectFew(characters <= maxCharacters);
      pending.push({ module: child, prefix: childPrefix, depth: depth + 1 });
    }
  }
  return found;
}
