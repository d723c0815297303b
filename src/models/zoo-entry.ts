import type { ImageModel } from './image-model.js';

/** PyTorch's shape of a checkpoint's entry; undefined where there is none. */
export type ShapeOf = (name: string) => readonly number[] | undefined;

/** How `createModel` builds a model, and fills it. */
export interface ZooEntry<Model extends ImageModel, Options> {
  build(options: Options): Model;
  /** Every option `build` knows. */
  readonly options: readonly (keyof Options & string)[];
  /** The options that a checkpoint's shapes tell, beside those that are given. */
  sizesOf(shapeOf: ShapeOf, given: Partial<Options>): Partial<Options>;
  /** Today's name of a tensor that published files have under an earlier one. */
  renamed?(name: string): string;
  /** Whether a checkpoint's tensor belongs to a part that a model of these options does not have. */
  isLeftOut?(name: string, options: Partial<Options>): boolean;
}

/** The class count, from the weight of the last layer. */
export function classesOf(shapeOf: ShapeOf, head: string): { numClasses?: number } {
  return defined('numClasses', shapeOf(`${head}.weight`)?.[0]);
}

/** An object with the key, or none where there is no value. */
export function defined<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}
