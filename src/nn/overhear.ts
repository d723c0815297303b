import { nearest, ZooError } from '../core/index.js';
import type { AnyModule } from './module.js';

/** What happens at a call of a module: `call` computes as ever, of `args`, and what comes back takes its output's place. */
export type Listener = (call: () => unknown, args: readonly unknown[]) => unknown;

/**
 * Runs `fn` while each module of `listeners` is called through its listener. Afterwards every module is as it was.
 *
 * A module that is listened to is computed by itself, not in one op with its neighbours: what is heard is its own output.
 * @internal
 */
export function overhear<Result>(listeners: ReadonlyMap<AnyModule, Listener>, fn: () => Result): Result {
  const undo: (() => void)[] = [];
  try {
    for (const [module, listener] of listeners) undo.push(intercept(module, listener));
    return fn();
  } finally {
    for (const restore of undo) restore();
  }
}

function intercept(module: AnyModule, listener: Listener): () => void {
  const own = Object.getOwnPropertyDescriptor(module, 'forward');
  const forward = module.forward;
  module.forward = (...args) => listener(() => forward.apply(module, args), args);
  return () => {
    if (own) Object.defineProperty(module, 'forward', own);
    // Back to the method of its class.
    else delete (module as { forward?: unknown }).forward;
  };
}

/**
 * The module of a dotted name.
 * @throws ZooError with the names that come nearest, if there is none
 * @internal
 */
export function moduleNamed(who: string, model: AnyModule, name: string): AnyModule {
  const modules = new Map(model.namedModules());
  const found = modules.get(name);
  if (found) return found;
  const names = [...modules.keys()].filter((each) => each !== '');
  if (names.length === 0) {
    throw new ZooError(
      `${who}: expected the name of a module of ${model.typeName}, got '${name}'. It has no modules inside.`,
    );
  }
  throw new ZooError(
    `${who}: expected the name of a module of ${model.typeName}, got '${name}'. ` +
      `The nearest of ${names.length}: ${nearest(name, names).join(', ')}. namedModules() lists them all.`,
  );
}
