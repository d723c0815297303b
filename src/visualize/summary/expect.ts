import { ShapeError } from '../../core/index.js';
import { type AnyModule, expectModel, kindOf, shapeText } from '../../nn/index.js';

/** What plain JavaScript would find out later, or not at all. @throws ZooError, or ShapeError of the shape */
export function expectModelAndShape(who: string, model: AnyModule, inputShape: readonly number[]): void {
  expectModel(who, model);
  const isShape = Array.isArray(inputShape) && inputShape.every((dim) => Number.isInteger(dim) && dim >= 1);
  if (isShape && inputShape.length > 0) return;
  const got = Array.isArray(inputShape) ? shapeText(inputShape) : kindOf(inputShape);
  throw new ShapeError(
    `${who}: expected an input shape of positive integers such as [1, 224, 224, 3], got ${got}. Begin with the batch, end with the channels.`,
  );
}
