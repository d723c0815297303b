import { basename, join } from 'node:path';
import { type BackendInfo, use } from '../backends/index.js';
import { manualSeed, type StateDict, ZooError } from '../core/index.js';
import { DataLoader } from '../datasets/index.js';
import * as training from '../training/index.js';
import { defineCommand, oneOf, positiveInteger, UsageError } from './command.js';
import { interruptible } from './interrupt.js';
import { complain, print } from './output.js';
import { loadingBar } from './progress.js';
import { buildUnfilled } from './shape-model.js';
import { batchTransform, channelsIn, openData } from './training/data.js';
import { keepSettings, settingsIn } from './training/kept-settings.js';
import { channelsFor, expectFits, expectNames, modelFor } from './training/model.js';
import { optimizerOf } from './training/optimizer.js';
import {
  backendNames,
  lengthOptions,
  sessionOptions,
  type TrainingWords,
  trainingOptions,
} from './training/options.js';
import { schedulerOf } from './training/schedule.js';
import { type Settings, settingsOf } from './training/settings.js';

export default defineCommand({
  usage: 'train --model NAME --data NAME|FOLDER [options]',
  description:
    'Trains a model. Checkpoints (last.pth, best.pth: PyTorch files), history.jsonl and curves.svg and curves.png go to a folder; --resume goes on with the\n' +
    'training in it as if it had never stopped. Ctrl-C finishes the step that is on its way, saves and ends.',
  args: { min: 0, max: 0, what: 'no arguments' },
  options: { ...trainingOptions, ...lengthOptions, ...sessionOptions },
  examples: [
    'train --model lenet --data fashion-mnist --batch-size 128 --lr 0.1 --epochs 10',
    'train --model alexnet_d2l --data fashion-mnist --resize 224 --batch-size 128 --lr 0.01 --epochs 10',
    'train --model alexnet --pretrained --data flowers --lr 0.001 --lr-of classifier.6=0.01 --freeze features --augment resized-crop,flip',
    'train --resume --out runs/lenet-fashion-mnist --epochs 20',
  ],
  async run(_words, values) {
    const { out, resume, 'save-every': saveEvery, backend, threads, json, ...given } = values;
    const count = (name: string, word: string | undefined) =>
      word === undefined ? undefined : positiveInteger(name, word);
    const session = {
      backend: oneOf('--backend', backendNames, backend),
      threads: count('threads', threads),
      saveEvery: count('save-every', saveEvery),
    };
    const folder = out ?? defaultFolder(given);
    const words = (resume ? await settingsIn(folder, given) : undefined) ?? given;
    const settings = settingsOf(words);
    const scheduler = schedulerOf(settings);
    await expectNames(settings);
    const checkpoints = training.runFolder(folder);
    const kept = resume ? await checkpoints.load() : undefined;
    if (resume && !kept) complain(`tfjs-zoo train: there is no training in ${folder} yet: it begins.`);
    if (!resume && !(await checkpoints.isEmpty())) {
      throw new ZooError(
        `expected no training in ${folder}, got one. Go on with it by --resume, or choose another --out.`,
      );
    }
    const computing = await use(session.backend, { threads: session.threads });
    manualSeed(settings.seed);
    const { model, train, validation } = await prepare(settings, kept?.model);
    let last: training.StepRecord | undefined;
    const trainer = new training.Trainer({
      maxEpochs: settings.epochs,
      optimizer: () => optimizerOf(settings, model),
      scheduler,
      clipNorm: settings.clipNorm,
      checkpoints,
      saveEvery: session.saveEvery,
      callbacks: [
        {
          onStep(step) {
            last = step;
          },
        },
        training.progressBar(),
        training.historyFile(join(folder, 'history.jsonl')),
        training.curvesFile(join(folder, 'curves.svg')),
        training.curvesFile(join(folder, 'curves.png')),
        ...(settings.patience === undefined ? [] : [training.earlyStopping({ patience: settings.patience })]),
        ...(json ? [{ onEpochEnd: (record: training.EpochRecord) => print(JSON.stringify(record)) }] : []),
      ],
    });
    await keepSettings(folder, { ...words, epochs: String(settings.epochs) });
    complain(beginningText(settings, computing, train, kept));
    const history = await interruptible(async (signal) => {
      try {
        return await trainer.fit(model, train, validation, { resume: kept, signal });
      } catch (error) {
        if (signal.aborted) complain(stoppedText(folder, last, error === signal.reason ? undefined : error));
        throw error;
      }
    });
    if (!json) print(closingText(settings, folder, history));
    return 0;
  },
});

function defaultFolder({ model, data }: TrainingWords): string {
  if (typeof model !== 'string' || typeof data !== 'string') {
    throw new UsageError('expected --model NAME and --data NAME|FOLDER, or --resume with --out FOLDER, got less.');
  }
  return join('runs', `${model}-${basename(data)}`);
}

/** The model, and the batches that it learns from and is measured by. */
async function prepare(settings: Settings, kept: StateDict | undefined) {
  const { model: name, data, root, augment, limit, batchSize, seed, freeze } = settings;
  const size = settings.resize ?? (await buildUnfilled(name)).inputSize;
  const needs = { model: name, data, root, size, limit };
  const train = await openData({ ...needs, train: true, augment });
  const validation = await openData({ ...needs, train: false });
  const bar = loadingBar();
  const model = await modelFor(settings, kept, train.classes!.length, channelsIn(data), bar.update).finally(bar.stop);
  training.freeze(model, ...freeze);
  const channels = channelsFor(model, channelsIn(data));
  expectFits(name, model, size, channels);
  const transform = batchTransform({ ...needs, train: true }, channels);
  return {
    model,
    train: new DataLoader(train, { batchSize, shuffle: true, seed, transform }),
    validation: new DataLoader(validation, { batchSize, transform }),
  };
}

function beginningText(
  { model, data, optimizer, lr }: Settings,
  { name, library, threads }: BackendInfo,
  train: DataLoader,
  kept: training.TrainingState | undefined,
): string {
  const computing = [name, ...(library ? [library] : []), ...(threads ? [`${threads} threads`] : [])].join(', ');
  const begin = kept ? `goes on behind epoch ${kept.epoch}, batch ${kept.batch}` : 'begins';
  return `tfjs-zoo train: ${model} on ${data} ${begin}: ${train.length} steps an epoch, ${optimizer}, lr ${lr}; ${computing}`;
}

function stoppedText(folder: string, step: training.StepRecord | undefined, failure: unknown): string {
  const where = step ? `behind epoch ${step.epoch}, batch ${step.batch}` : 'before a step was done';
  if (failure !== undefined) return `tfjs-zoo train: stopped ${where}, and not saved: ${(failure as Error).message}`;
  return `tfjs-zoo train: stopped ${where}, and saved. Go on with tfjs-zoo train --resume --out ${folder}`;
}

function closingText(
  { model, data, root, resize }: Settings,
  folder: string,
  history: readonly training.EpochRecord[],
): string {
  const { epoch, train, validation = train } = training.bestOf(history)!;
  const figures = Object.entries(validation).map(([figure, value]) => `${figure} ${value.toFixed(4)}`);
  const file = join(folder, 'best.pth');
  const same = [
    ...(root === undefined ? [] : [`--root ${root}`]),
    ...(resize === undefined ? [] : [`--resize ${resize}`]),
  ];
  return (
    `Best of ${history.length} epochs: ${epoch}, validation ${figures.join(', ')}. Its weights: ${file}\n` +
    ['tfjs-zoo evaluate', `--model ${model}`, `--weights ${file}`, `--data ${data}`, ...same].join(' ')
  );
}
