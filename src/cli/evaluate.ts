import { use } from '../backends/index.js';
import { DataLoader } from '../datasets/index.js';
import { listModels } from '../models/index.js';
import * as training from '../training/index.js';
import { defineCommand, oneOf, positiveInteger, UsageError } from './command.js';
import { interruptible } from './interrupt.js';
import { print, printJson } from './output.js';
import { loadingBar, progressBar } from './progress.js';
import { batchTransform, channelsIn, openData } from './training/data.js';
import { channelsFor, expectClasses, expectFits, trainedModel } from './training/model.js';
import { backendNames } from './training/options.js';

export default defineCommand({
  usage: 'evaluate --model NAME --data NAME|FOLDER [options]',
  description:
    'Measures trained weights on data that were not trained on: the mean loss, and how many examples are classified right.\n' +
    'Without --weights they are those that were published for the model.',
  args: { min: 0, max: 0, what: 'no arguments' },
  options: {
    model: { value: 'NAME', description: 'A model of tfjs-zoo models' },
    data: {
      value: 'NAME|FOLDER',
      description: 'fashion-mnist, mnist, or a folder of images: val, or itself, with a folder per class',
    },
    root: {
      value: 'FOLDER',
      description: 'Where the files of fashion-mnist or mnist are (default: found, or downloaded)',
    },
    weights: { value: 'FILE|URL', description: 'Trained weights (default: the published ones)' },
    resize: {
      value: 'N',
      description: 'Height and width that images are resized to (default: those the model is for)',
    },
    limit: { value: 'N', description: 'Take this many examples at most' },
    'batch-size': { value: 'N', default: '256', description: 'Examples at a time' },
    confusion: { description: 'Show which classes are taken for which' },
    backend: { value: 'NAME', default: 'auto', description: `What computes: ${backendNames.join(', ')}` },
    threads: { value: 'N', description: 'Threads of the wasm backend (default: as many as there are cores)' },
    json: { description: 'Print JSON' },
  },
  examples: [
    'evaluate --model lenet --data fashion-mnist',
    'evaluate --model alexnet --weights runs/alexnet-flowers/best.pth --data flowers --confusion',
  ],
  async run(_words, values) {
    const { data, root, weights, confusion, json } = values;
    if (values.model === undefined || data === undefined) {
      throw new UsageError('expected both --model NAME and --data NAME|FOLDER, got less.');
    }
    const name = oneOf('--model', listModels(), values.model);
    const count = (option: 'resize' | 'limit' | 'batch-size' | 'threads') =>
      values[option] === undefined ? undefined : positiveInteger(option, values[option]);
    const batchSize = count('batch-size')!;
    const [resize, limit, threads] = [count('resize'), count('limit'), count('threads')];
    const { name: backend } = await use(oneOf('--backend', backendNames, values.backend), { threads });
    const loading = loadingBar();
    const model = await trainedModel(name, weights, loading.update).finally(loading.stop);
    const needs = { model: name, data, train: false, root, size: resize ?? model.inputSize, limit };
    const dataset = await openData(needs);
    const classes = dataset.classes!;
    expectClasses(model, classes);
    const channels = channelsFor(model, channelsIn(data));
    expectFits(name, model, needs.size, channels);
    const loader = new DataLoader(dataset, { batchSize, transform: batchTransform(needs, channels) });
    const matrix = new training.ConfusionMatrix(classes.length, { classNames: classes });
    const metrics = [new training.Accuracy(), ...(confusion ? [matrix] : [])];
    const bar = progressBar('Evaluating');
    const start = performance.now();
    const { loss, accuracy } = await interruptible((signal) =>
      training
        .evaluate(model, loader, { metrics, signal, onStep: (batch) => bar.update(batch, loader.length!) })
        .finally(bar.stop),
    );
    const seconds = (performance.now() - start) / 1000;
    const result = { model: name, data, examples: dataset.length, loss, accuracy, seconds, backend };
    if (json) printJson({ ...result, ...(confusion && { classes, confusion: matrix.counts }) });
    else print(resultText(result, confusion ? String(matrix) : ''));
    return 0;
  },
});

interface Result {
  readonly model: string;
  readonly data: string;
  readonly examples: number;
  readonly loss: number;
  readonly accuracy: number | undefined;
  readonly seconds: number;
  readonly backend: string;
}

function resultText(
  { model, data, examples, loss, accuracy = Number.NaN, seconds, backend }: Result,
  table: string,
): string {
  const figures = `accuracy ${accuracy.toFixed(4)}, loss ${loss.toFixed(4)}`;
  const line = `${model} on ${data}: ${figures}; ${examples} examples in ${seconds.toFixed(1)} s on ${backend}`;
  return table ? `${table}\n\n${line}` : line;
}
