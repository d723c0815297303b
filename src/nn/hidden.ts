import { ZooError } from '../core/index.js';

/**
 * Refuses a plain array, Map, Set or object that holds modules or parameters, which training, saving and printing would pass
 * over without a word.
 *
 * @param nameOf what to call a module or parameter; nothing for any other value
 */
export function refuseHidden(where: string, value: unknown, nameOf: (item: unknown) => string | undefined): void {
  const { holder, items } = plainHolder(value);
  const hidden = items.map(nameOf).find((name) => name !== undefined);
  if (hidden === undefined) return;
  throw new ZooError(
    `${where}: expected modules and parameters in properties or containers, got ${hidden} in a plain ${holder}. ` +
      'Use nn.ModuleList or nn.ModuleDict for modules, and a property for each parameter.',
  );
}

function plainHolder(value: unknown): { holder: string; items: readonly unknown[] } {
  if (Array.isArray(value)) return { holder: 'array', items: value };
  if (value instanceof Map || value instanceof Set) return { holder: 'Map or Set', items: [...value.values()] };
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return { holder: 'object', items: isPlain ? Object.values(value) : [] };
}
