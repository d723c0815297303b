import { entriesFor, mebibytesOf, type WeightsEntry } from '../../weights/index.js';
import { use } from '../backends/index.js';
import { sizeOf } from '../core/index.js';
import { listModels, type ModelName, zoo } from '../models/index.js';
import { summary, textTable } from '../visualize/index.js';
import { defineCommand, UsageError } from './command.js';
import { print, printJson } from './output.js';
import { buildUnfilled, defaultInput } from './shape-model.js';

export default defineCommand({
  usage: 'models [options]',
  description: 'Lists the models, their sizes, and the trained weights that are known for them.',
  args: { min: 0, max: 0, what: 'no arguments' },
  options: {
    include: { value: 'PATTERN', description: "Only those whose names fit, such as 'resnet*'" },
    json: { description: 'Print JSON' },
  },
  examples: ['models', "models --include 'resnet*'", 'models --json'],
  async run(_words, { include, json }) {
    await use();
    const models: Description[] = [];
    for (const name of listModels({ include })) models.push(await describe(name));
    if (models.length === 0) throw new UsageError(`expected --include to fit a model's name, got '${include}'.`);
    if (json) printJson(models);
    else print(table(models));
    return 0;
  },
});

interface Description {
  readonly name: string;
  readonly description: string;
  /** [N, H, W, C]. */
  readonly input: readonly number[];
  readonly parameters: number;
  readonly weights: readonly {
    readonly name: string;
    readonly url: string;
    readonly sizeMiB: number;
    /** In percent. */
    readonly accuracy?: WeightsEntry['accuracy'];
    /** Multiply-adds of one picture, in 1e9. */
    readonly gflops?: number;
  }[];
}

async function describe(name: ModelName): Promise<Description> {
  using model = await buildUnfilled(name);
  const input = defaultInput(model);
  const states = [...model.parameters()];
  // Only lazy layers need an input to know their sizes.
  const parameters = states.some((parameter) => parameter.isLazy)
    ? summary(model, input).parameters
    : states.reduce((sum, parameter) => sum + sizeOf(parameter.shape), 0);
  const weights = entriesFor(name).map((entry) => ({
    name: entry.name,
    url: entry.url,
    sizeMiB: mebibytesOf(entry),
    ...(entry.accuracy && { accuracy: entry.accuracy }),
    ...(entry.gflops !== undefined && { gflops: entry.gflops }),
  }));
  return { name, description: zoo[name].description, input, parameters, weights };
}

/** A row for each of a model's weights, or one of a model without. */
function table(models: readonly Description[]): string {
  const rows = models.flatMap(({ name, description, input, parameters, weights }) => {
    const about = [name, description, input.slice(1).join(' × '), parameters.toLocaleString('en-US')];
    const [first = ['-', '', '', '', ''], ...others] = weights.map(cellsOf);
    return [[...about, ...first], ...others.map((cells) => ['', '', '', '', ...cells])];
  });
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [
    ...['Model', 'Description', 'Input'].map((title) => ({ title })),
    right('Parameters'),
    { title: 'Weights' },
    ...['MiB', 'Top-1', 'Top-5', 'G multiply-adds'].map(right),
  ];
  return textTable(columns, rows);
}

function cellsOf({ name, sizeMiB, accuracy, gflops }: Description['weights'][number]): string[] {
  const percent = (share: number | undefined) => (share === undefined ? '' : `${share.toFixed(1)}%`);
  return [name, sizeMiB.toFixed(1), percent(accuracy?.acc1), percent(accuracy?.acc5), gflops?.toPrecision(4) ?? ''];
}
