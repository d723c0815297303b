import { ZooError } from '../core/index.js';
import { kindOf } from './functional/checks.js';
import { type AnyModule, Module } from './module.js';

/**
 * What plain JavaScript would find out later: most often that a model was not awaited.
 * @throws ZooError unless it is a module
 * @internal
 */
export function expectModel(who: string, model: AnyModule): void {
  if (model instanceof Module) return;
  const remedy =
    (model as unknown) instanceof Promise ? 'Await it first.' : 'Give an nn.Module, such as createModel gives.';
  throw new ZooError(`${who}: expected a model, got ${kindOf(model)}. ${remedy}`);
}
