import { entriesFor, mebibytesOf, type WeightsEntry } from '../../weights/index.js';
import { use } from '../backends/index.js';
import { sizeOf } from '../core/index.js';
import { listModels, type ModelName, zoo } from '../models/index.js';
import { summary, textTable } from '../visualize/index.js';
import { defineCommand } from './command.js';
import { print, printJson } from './output.js';
import { buildUnfilled, defaultInput } from './shape-model.js';

export default defineCommand({
  usage: 'models [options]',
  description: 'Lists the models, their sizes, and the trained weights that are known for them.',
  args: { min: 0, max: 0, what: 'no arguments' },
  options: { json: { description: 'Print JSON' } },
  examples: ['models', 'models --json'],
  async run(_words, { json }) {
    await use();
    const models: Description[] = [];
    for (const name of listModels()) models.push(await describe(name));
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
  }));
  return { name, description: zoo[name].description, input, parameters, weights };
}

function table(models: readonly Description[]): string {
  const rows = models.map(({ name, description, input, parameters, weights }) => [
    name,
    description,
    input.slice(1).join(' × '),
    parameters.toLocaleString('en-US'),
    weights.map(weightsText).join('; ') || '-',
  ]);
  const columns = [
    { title: 'Model' },
    { title: 'Description' },
    { title: 'Input' },
    { title: 'Parameters', align: 'right' as const },
    { title: 'Weights' },
  ];
  return textTable(columns, rows);
}

function weightsText({ name, sizeMiB, accuracy }: Description['weights'][number]): string {
  const measured = accuracy ? `, top-1 ${accuracy.acc1.toFixed(1)}%, top-5 ${accuracy.acc5.toFixed(1)}%` : '';
  return `${name} (${sizeMiB.toFixed(1)} MiB${measured})`;
}
