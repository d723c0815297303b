import { type ImageModel, inChannelsOf, type ModelName, zoo } from '../models/index.js';
import { init, skipInit } from '../nn/index.js';

/** A model for its shapes only: its parameters are zeros, made when they are first needed, for random numbers take long. */
export async function buildUnfilled(
  name: ModelName,
  options: { readonly numClasses?: number } = {},
): Promise<ImageModel> {
  const { build } = await zoo[name].load();
  return skipInit(() => {
    const model: ImageModel = build(options);
    for (const parameter of model.parameters()) init.zeros(parameter);
    return model;
  });
}

/** One image of the size that the model was made for; gray where its first layer would take any number of channels. */
export function defaultInput(model: ImageModel): number[] {
  return [1, model.inputSize, model.inputSize, inChannelsOf(model)];
}
