import { classesIn, headOf, type ImageModel } from './image-model.js';

/** What weights did to a model, by the names of its state dict. */
export interface WeightsReport {
  /** These have the checkpoint's values. */
  readonly loaded: readonly string[];
  /** The weights of a head for other classes than the checkpoint's, which are to be trained: their layer's initialisation. */
  readonly fresh: readonly string[];
}

/**
 * Initialises the last layer where a checkpoint's differs from it in the number of classes, and in nothing else.
 * @returns the names of its weights; none where the checkpoint has to fit
 */
export function freshenHead(model: ImageModel, shapes: ReadonlyMap<string, readonly number[]>): string[] {
  const [name, head] = headOf(model);
  const wanted = classesIn(head);
  const [classes, features] = shapes.get(`${name}.weight`) ?? []; // [classes, features], of a convolution [classes, features, 1, 1]
  if (classes === undefined || features === undefined || classes === wanted) return [];
  const states = head.namedStates(name);
  for (const [path, state] of states) {
    const [rows, ...others] = shapes.get(path) ?? [];
    if (rows !== classes || !state.accepts([wanted, ...others])) return [];
  }
  for (const parameter of head.parameters()) {
    parameter.complete(features);
    void parameter.value; // skipInit has left it empty
  }
  return [...states.keys()];
}
