import { use } from '../backends/index.js';
import { ShapeError, sizeOf } from '../core/index.js';
import { createModel, type ImageModel, listModels } from '../models/index.js';
import { summary, summaryTable } from '../visualize/index.js';
import { defineCommand, oneOf, positiveInteger, UsageError } from './command.js';
import { bytesText, print, printJson } from './output.js';
import { progressBar } from './progress.js';
import { buildUnfilled, defaultInput } from './shape-model.js';

/** A forward pass is run: larger inputs would need more memory than most machines have, and tell nothing new. */
const maxInputElements = 2 ** 25;

export default defineCommand({
  usage: 'summary MODEL [options]',
  description: "Prints a model as PyTorch does, and a table of its layers, their outputs' shapes and their parameters.",
  args: { min: 1, max: 1, what: 'the name of one model' },
  options: {
    input: {
      value: 'N,H,W,C',
      description: "Shape of the input, channels last (default: one image of the model's size)",
    },
    'num-classes': { value: 'N', description: "Number of classes (default: the model's, or that of the weights)" },
    weights: { value: 'FILE|URL', description: 'Take the sizes from a checkpoint' },
    json: { description: 'Print JSON' },
  },
  examples: ['summary alexnet', 'summary alexnet_d2l --input 1,96,96,3', 'summary lenet --weights lenet.safetensors'],
  async run([word], { input, weights, json, 'num-classes': classes }) {
    const name = oneOf('a model', listModels(), word!);
    const inputShape = input === undefined ? undefined : parseShape(input);
    const options = classes === undefined ? {} : { numClasses: positiveInteger('num-classes', classes) };
    await use();
    using model: ImageModel = weights ? await load(name, weights, options) : await buildUnfilled(name, options);
    const result = summarise(model, inputShape);
    // Printed after the forward pass, so that lazy layers show what they have become.
    if (json) printJson({ name, repr: String(model), ...result });
    else print(`${model}\n\n${summaryTable(result)}`);
    return 0;
  },
});

type Sizes = { readonly numClasses?: number };

async function load(name: Parameters<typeof createModel>[0], weights: string, sizes: Sizes): Promise<ImageModel> {
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

function parseShape(text: string): number[] {
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

/** @throws UsageError if the shape that the user gave does not fit the model */
function summarise(model: ImageModel, inputShape: readonly number[] | undefined) {
  try {
    return summary(model, inputShape ?? defaultInput(model));
  } catch (error) {
    if (!inputShape || !(error instanceof ShapeError)) throw error;
    throw new UsageError(`expected an --input that fits the model, got ${inputShape.join(',')}: ${error.message}`, {
      cause: error,
    });
  }
}
