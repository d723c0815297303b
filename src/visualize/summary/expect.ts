import { ShapeError, ZooError } from '../../core/index.js';
import { type AnyModule, kindOf, Module, shapeText } from '../../nn/index.js';

/** What plain JavaScript would find out later, or not at all. @throws ZooError, or ShapeError of the shape */
export function expectModelAndShape(who: string, model: AnyModule, inputShape: readonly number[]): void {
  if (!(model instanceof Module)) {
    const remedy =
      (model as unknown) instanceof Promise ? 'Await it first.' : 'Give an nn.Module, such as createModel gives.';
    throw new ZooError(`${who}: expected a model, got ${kindOf(model)}. ${remedy}`);
  }
  const isShape = Array.isArray(inputShape) && inputShape.every((dim) => Number.isInteger(dim) && dim >= 1);
  if (isShape && inputShape.length > 0) return;
  const got = Array.isArray(inputShape) ? shapeText(inputShape) : kindOf(inputShape);
  throw new ShapeError(
    `${who}: expected an input shape of positive integers such as [1, 224, 224, 3], got ${got}. Begin with the batch, end with the channels.`,
  );
}
