import { ShapeError, sizeOf } from '../core/index.js';
import { createModel, type ImageModel, inChannelsOf, type ModelName, zoo } from '../models/index.js';
import { init, skipInit } from '../nn/index.js';
import { UsageError } from './command.js';
import { bytesText } from './output.js';
import { progressBar } from './progress.js';

/** A forward pass is run: larger inputs would need more memory than most machines have, and tell nothing new. */
const maxInputElements = 2 ** 25;

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

/** A model with the sizes of a checkpoint, and its weights. */
export async function loadForSizes(
  name: ModelName,
  weights: string,
  sizes: { readonly numClasses?: number },
): Promise<ImageModel> {
  const bar = progressBar('Loading', bytesText);
  try {
    return await createModel(name, {
      ...sizes,
      weights,
      onProgress: ({ loaded, total }) => bar.update(loaded, total ?? loaded),
    });
  } finally {
    bar.stop();
  }
}

/** The shape of an input, from the command line. @throws UsageError unless it is four integers that fit into memory */
export function parseShape(text: string): number[] {
  const shape = text.split(',').map((dim) => (/^ *[1-9]\d{0,8} *$/.test(dim) ? Number(dim) : Number.NaN));
  if (shape.length !== 4 || shape.some(Number.isNaN)) {
    throw new UsageError(`expected --input as four positive integers N,H,W,C such as 1,224,224,3, got '${text}'.`);
  }
  if (sizeOf(shape) > maxInputElements) {
    throw new UsageError(
      `expected an --input of at most ${maxInputElements} numbers, got ${sizeOf(shape)}. Use a batch of 1.`,
    );
  }
  return shape;
}

/**
 * What a forward pass gives.
 * @param inputShape that the user gave, if one was given
 * @throws UsageError if that does not fit the model
 */
export function fitting<T>(inputShape: readonly number[] | undefined, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!inputShape || !(error instanceof ShapeError)) throw error;
    throw new UsageError(`expected an --input that fits the model, got ${inputShape.join(',')}: ${error.message}`, {
      cause: error,
    });
  }
}
