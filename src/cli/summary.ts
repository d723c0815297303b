import { use } from '../backends/index.js';
import { listModels } from '../models/index.js';
import { summaryTable } from '../visualize/index.js';
import { defineCommand, oneOf, positiveInteger, UsageError } from './command.js';
import { print, printJson } from './output.js';
import { buildUnfilled, loadForSizes, parseShape } from './shape-model.js';
import { styles, summarize, summarizeTimed, toolText } from './summary-text.js';

export default defineCommand({
  usage: 'summary MODEL [options]',
  description:
    "Prints a model as PyTorch does, and a table of its layers: their outputs' shapes, parameters, multiply-adds, bytes of outputs.\n" +
    'Or, by --style, the text that another tool prints, to the character.',
  args: { min: 1, max: 1, what: 'the name of one model' },
  options: {
    input: {
      value: 'N,H,W,C',
      description: "Shape of the input, channels last (default: one image of the model's size)",
    },
    style: {
      value: 'STYLE',
      description:
        "table alone; torch, PyTorch's print(model); torchsummary, that package's; d2l, the layer_summary of d2l.ai",
    },
    order: { value: 'ORDER', description: 'Shapes in the table: channels-last (default), or pytorch for N,C,H,W' },
    time: { description: 'Measure the milliseconds that each layer takes here' },
    'num-classes': { value: 'N', description: "Number of classes (default: the model's, or that of the weights)" },
    weights: { value: 'FILE|URL', description: 'Take the sizes from a checkpoint' },
    json: { description: 'Print JSON' },
  },
  examples: [
    'summary alexnet --time',
    'summary alexnet_bn --style torchsummary --input 1,227,227,3',
    'summary alexnet_d2l --style d2l --input 1,224,224,1',
    'summary lenet --weights lenet.safetensors --json',
  ],
  async run([word], { input, weights, json, time, style: styleWord, order: orderWord, 'num-classes': classes }) {
    const name = oneOf('a model', listModels(), word!);
    const inputShape = input === undefined ? undefined : parseShape(input);
    const sizes = classes === undefined ? {} : { numClasses: positiveInteger('num-classes', classes) };
    const style = styleWord === undefined ? undefined : oneOf('--style', styles, styleWord);
    const order = oneOf('--order', ['channels-last', 'pytorch'], orderWord ?? 'channels-last');
    if (style && style !== 'table') expectNone(style, { json, time, order: orderWord !== undefined });
    await use();
    using model = weights ? await loadForSizes(name, weights, sizes) : await buildUnfilled(name, sizes);
    if (style && style !== 'table') {
      print(toolText(style, model, inputShape));
      return 0;
    }
    const options = { order: order === 'pytorch' ? order : 'channelsLast' } as const;
    const result = await (time ? summarizeTimed : summarize)(model, inputShape, options);
    // Printed after the forward pass, so that lazy layers show what they have become.
    if (json) printJson({ name, repr: String(model), ...result });
    else print(style ? summaryTable(result) : `${model}\n\n${summaryTable(result)}`);
    return 0;
  },
});

/** The texts of other tools have no place for what the table has. */
function expectNone(style: string, given: Readonly<Record<string, boolean>>): void {
  for (const [option, isGiven] of Object.entries(given)) {
    if (isGiven) throw new UsageError(`expected --${option} with --style table, got it with --style ${style}.`);
  }
}
