import { ZooError } from '../core/index.js';
import type { AnyModule, Parameter } from '../nn/index.js';

// Parts of a model by the beginnings of their names: 'features' is all of features.0.weight, features.0.bias …

/**
 * Freezes the parameters whose names begin so: they get no gradients, and an optimizer leaves them as they are.
 *
 * BatchNorm layers among them still learn their running statistics in training mode; `eval()` them in a callback's `onStart` if they should not.
 *
 * @throws ZooError naming the beginnings that no parameter has
 * @example
 * ```ts
 * const model = await createModel('alexnet', { weights: 'alexnet.pth', numClasses: 10 }); // with a fresh head
 * training.freeze(model, 'features');
 * console.log([...model.parameters()].map(({ requiresGrad }) => requiresGrad).indexOf(true)); // 10
 * ```
 */
export function freeze(model: AnyModule, ...prefixes: readonly string[]): void {
  expectPrefixes('freeze', model, prefixes);
  for (const [name, parameter] of model.namedParameters()) {
    if (prefixes.some((prefix) => isUnder(prefix, name))) parameter.requiresGrad = false;
  }
}

/**
 * A model's parameters in groups, for an optimizer: those whose names begin so with options of their own, all others with the optimizer's. Where several
 * beginnings fit, the longest counts.
 *
 * @throws ZooError naming the beginnings that no parameter has
 * @example
 * ```ts
 * const model = await createModel('alexnet', { weights: 'alexnet.pth', numClasses: 10 });
 * const groups = training.paramGroups(model, { 'classifier.6': { lr: 0.01 } });
 * const optimizer = new training.SGD(groups, { lr: 0.001, momentum: 0.9 });
 * console.log(optimizer.paramGroups.map(({ lr }) => lr).join()); // 0.01,0.001
 * ```
 * @see https://docs.pytorch.org/docs/stable/optim.html#per-parameter-options
 */
export function paramGroups<Options extends object>(
  model: AnyModule,
  options: Readonly<Record<string, Options>>,
): (Options & { params: Parameter[] })[] {
  const prefixes = Object.keys(options).sort((a, b) => b.length - a.length);
  expectPrefixes('paramGroups', model, prefixes);
  const members = new Map<string | undefined, Parameter[]>(
    [...Object.keys(options), undefined].map((key) => [key, []]),
  );
  for (const [name, parameter] of model.namedParameters()) {
    members.get(prefixes.find((prefix) => isUnder(prefix, name)))!.push(parameter);
  }
  return [...members]
    .filter(([, params]) => params.length > 0)
    .map(([prefix, params]) => ({ ...(prefix === undefined ? ({} as Options) : options[prefix]!), params }));
}

function isUnder(prefix: string, name: string): boolean {
  return name === prefix || name.startsWith(`${prefix}.`);
}

function expectPrefixes(who: string, model: AnyModule, prefixes: readonly string[]): void {
  const names = [...model.namedParameters()].map(([name]) => name);
  const idle = prefixes.filter((prefix) => !names.some((name) => isUnder(prefix, name)));
  if (idle.length === 0) return;
  const parts = [...new Set(names.map((name) => name.split('.')[0]))];
  throw new ZooError(
    `${who}: expected beginnings of parameters' names, whole between dots (${parts.join(', ')} …), got ${idle.map((prefix) => `'${prefix}'`).join(', ')}. ` +
      'See model.namedParameters().',
  );
}
