import { use } from '../backends/index.js';
import { listModels } from '../models/index.js';
import { summary, summaryTable } from '../visualize/index.js';
import { defineCommand, oneOf, positiveInteger } from './command.js';
import { print, printJson } from './output.js';
import { buildUnfilled, defaultInput, fitting, loadForSizes, parseShape } from './shape-model.js';

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
    using model = weights ? await loadForSizes(name, weights, options) : buildUnfilled(name, options);
    const result = fitting(inputShape, () => summary(model, inputShape ?? defaultInput(model)));
    // Printed after the forward pass, so that lazy layers show what they have become.
    if (json) printJson({ name, repr: String(model), ...result });
    else print(`${model}\n\n${summaryTable(result)}`);
    return 0;
  },
});
