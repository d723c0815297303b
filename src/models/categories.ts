import { ZooError } from '../core/index.js';
import { classesIn, headOf, type ImageModel } from './image-model.js';

/**
 * Labels for a model's classes: those given, or those that are known where they are as many.
 * @throws ZooError if those given are not as many as the classes
 */
export function categoriesFor(
  who: string,
  model: ImageModel,
  given: readonly string[] | undefined,
  known: readonly string[] | undefined,
): readonly string[] | undefined {
  const [, head] = headOf(model);
  const classes = classesIn(head);
  if (given && given.length !== classes) {
    throw new ZooError(
      `${who}: expected ${classes} categories, one a class, got ${given.length}. Give them in the order of the classes.`,
    );
  }
  return given ?? (known?.length === classes ? known : undefined);
}
