import { use } from '../backends/index.js';
import { listModels } from '../models/index.js';
import { drawArchitecture } from '../visualize/index.js';
import { defineCommand, oneOf, positiveInteger, UsageError } from './command.js';
import { print } from './output.js';
import { loadRasterizer } from './rasterize.js';
import { buildUnfilled, defaultInput, fitting, loadForSizes, parseShape } from './shape-model.js';
import { writeWhole } from './write-whole.js';

const [narrowest, widest] = [320, 10000];

export default defineCommand({
  usage: 'draw MODEL [options]',
  description:
    "Draws a model's architecture: its activations as blocks in perspective, or its layers as a graph.\n" +
    'It is an SVG file, or a PNG file where the package sharp is installed.',
  args: { min: 1, max: 1, what: 'the name of one model' },
  options: {
    out: { value: 'FILE', short: 'o', description: 'Where to write it: .svg or .png (default: SVG on stdout)' },
    style: { value: 'NAME', default: 'blocks', description: 'blocks or graph' },
    theme: {
      value: 'NAME',
      default: 'auto',
      description: "light, dark or auto, the reader's; a PNG file's auto is light",
    },
    width: {
      value: 'PIXELS',
      default: '1440',
      description: 'Blocks that take more break into rows; 390 suits a phone',
    },
    input: {
      value: 'N,H,W,C',
      description: "Shape of the input, channels last (default: one image of the model's size)",
    },
    'num-classes': { value: 'N', description: "Number of classes (default: the model's, or that of the weights)" },
    weights: { value: 'FILE|URL', description: 'Take the sizes from a checkpoint' },
  },
  examples: [
    'draw alexnet -o alexnet.svg',
    'draw lenet --style graph --theme dark -o lenet.png',
    'draw alexnet_d2l --input 1,96,96,3 --width 390 > alexnet.svg',
  ],
  async run([word], { out, style, theme, width, input, weights, 'num-classes': classes }) {
    const name = oneOf('a model', listModels(), word!);
    const ending = out === undefined ? '.svg' : endingOf(out);
    const chosenTheme = oneOf('--theme', ['light', 'dark', 'auto'], theme);
    const options = {
      style: oneOf('--style', ['blocks', 'graph'], style),
      theme: ending === '.png' && chosenTheme === 'auto' ? 'light' : chosenTheme,
      width: parseWidth(width),
    } as const;
    const inputShape = input === undefined ? undefined : parseShape(input);
    const sizes = classes === undefined ? {} : { numClasses: positiveInteger('num-classes', classes) };
    // Before anything takes long.
    const rasterize = ending === '.png' ? await loadRasterizer() : undefined;
    await use();
    using model = weights ? await loadForSizes(name, weights, sizes) : await buildUnfilled(name, sizes);
    const svg = fitting(inputShape, () => drawArchitecture(model, inputShape ?? defaultInput(model), options));
    if (out === undefined) print(svg.trimEnd());
    else await writeWhole(out, rasterize ? await rasterize(svg) : svg);
    return 0;
  },
});

function endingOf(file: string): '.svg' | '.png' {
  const ending = /\.[^./\\]*$/.exec(file)?.[0].toLowerCase();
  if (ending === '.svg' || ending === '.png') return ending;
  throw new UsageError(`expected --out as a file that ends in .svg or .png, got '${file}'.`);
}

function parseWidth(value: string): number {
  const width = positiveInteger('width', value);
  if (width >= narrowest && width <= widest) return width;
  throw new UsageError(`expected --width from ${narrowest} to ${widest}, got ${width}.`);
}
