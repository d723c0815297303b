import { type ImageModel, inChannelsOf, type ModelName, zoo } from '../models/index.js';
import { init, skipInit } from '../nn/index.js';

/** A model for its shapes only: its parameters are zeros, made when they are first needed, for random numbers take long. */
export function buildUnfilled(name: ModelName, options: { readonly numClasses?: number } = {}): ImageModel {
  return skipInit(() => {
    const model: ImageModel = zoo[name].build(options);
    for (const parameter of model.parameters()) init.zeros(parameter);
    return model;
  });
}

/** One image of the size that the model was made for; gray where its first layer would take any number of channels. */
export function defaultInput(model: ImageModel): number[] {
  return [1, model.inputSize, model.inputSize, inChannelsOf(model)];
}
