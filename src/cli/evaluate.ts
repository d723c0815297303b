import { use } from '../backends/index.js';
import { DataLoader } from '../datasets/index.js';
import { listModels } from '../models/index.js';
import * as training from '../training/index.js';
import { defineCommand, oneOf, positiveInteger } from './command.js';
import { interruptible } from './interrupt.js';
import { print, printJson } from './output.js';
import { loadingBar, progressBar } from './progress.js';
import { buildUnfilled } from './shape-model.js';
import { batchTransform, channelsIn, openData } from './training/data.js';
import { channelsFor, trainedModel } from './training/model.js';
import { backendNames } from './training/options.js';

export default defineCommand({
  usage: 'evaluate --model NAME --data NAME|FOLDER [options]',
  description:
    'Measures trained weights on data that were not trained on: the mean loss, and how many examples are classified right.\n' +
    'Without --weights they are those that were published for the model.',
  args: { min: 0, max: 0, what: 'no arguments' },
  options: {
    model: { value: 'NAME', description: 'A model of tfjs-zoo models' },
    data: { value: 'NAME|FOLDER', description: 'fashion-mnist, mnist, or a folder of images: val, or itself, with a folder per class' },
    root: { value: 'FOLDER', description: 'Where the files of fashion-mnist or mnist are (default: found, or downloaded)' },
    weights: { value: 'FILE|URL', description: 'Trained weights (default: the published ones)' },
    resize: { value: 'N', description: 'Height and width that images are resized to (default: those the model is for)' },
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
    const name = oneOf('--model', listModels(), values.model ?? '');
    ...
  },
});
