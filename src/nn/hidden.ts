import { ZooError } from '../core/index.js';

/**
 * Refuses a plain array, Map, Set or object that holds modules or parameters, at any depth, which training, saving and
 * printing would pass over without a word.
 *
 * @param where says the property; asked for only when something is refused
 * @param nameOf what to call a module or parameter; nothing for any other value
 */
export function refuseHidden(where: () => string, value: unknown, nameOf: (item: unknown) => string | undefined): void {
  const { holder, items } = plainHolder(value);
  // A Set also visits what is added on the way, and holders that hold each other only once.
  const reached = new Set(items);
  for (const each of reached) {
    const hidden = nameOf(each);
    if (hidden !== undefined) {
      throw new ZooError(
        `${where()}: expected modules and parameters in properties or containers, got ${hidden} in a plain ${holder}. ` +
          'Use nn.ModuleList or nn.ModuleDict for modules, and a property for each parameter.',
      );
    }
    for (const item of plainHolder(each).items) if (typeof item === 'object') reached.add(item);
  }
}

function plainHolder(value: unknown): { holder: string; items: Iterable<unknown> } {
  if (Array.isArray(value)) return { holder: 'array', items: value };
  if (value instanceof Map || value instanceof Set) return { holder: 'Map or Set', items: value.values() };
  const isObject = typeof value === 'object' && value !== null;
  const isPlain = isObject && [Object.prototype, null].includes(Object.getPrototypeOf(value));
  return { holder: 'object', items: isPlain ? Object.values(value) : [] };
}
