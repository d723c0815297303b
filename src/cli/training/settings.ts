import { listModels, type ModelName } from '../../models/index.js';
import { oneOf, positiveInteger, UsageError } from '../command.js';
import type { TrainingWords } from './options.js';

const optimizers = ['sgd', 'adam', 'adamw', 'rmsprop'] as const;
const augmentations = ['crop', 'resized-crop', 'flip', 'jitter', 'erase'] as const;

export type Augmentation = (typeof augmentations)[number];

/** What is trained, and how, as numbers. */
export interface Settings {
  readonly model: ModelName;
  readonly data: string;
  readonly root: string | undefined;
  readonly resize: number | undefined;
  readonly augment: readonly Augmentation[];
  readonly limit: number | undefined;
  readonly batchSize: number;
  readonly optimizer: (typeof optimizers)[number];
  readonly lr: number;
  readonly momentum: number | undefined;
  readonly weightDecay: number | undefined;
  readonly schedule: readonly string[] | undefined;
  readonly warmup: number;
  readonly clipNorm: number | undefined;
  readonly dropout: number | undefined;
  readonly weights: string | undefined;
  readonly pretrained: boolean;
  readonly freeze: readonly string[];
  readonly lrOf: ReadonlyMap<string, number>;
  readonly seed: number;
  readonly epochs: number;
  readonly patience: number | undefined;
}

/** @throws UsageError for a word that is not what its option takes */
export function settingsOf(words: TrainingWords): Settings {
  const text = (name: keyof TrainingWords) => words[name] as string | undefined;
  const count = (name: keyof TrainingWords) => ifGiven(text(name), (word) => positiveInteger(name, word));
  const number = (name: keyof TrainingWords) => ifGiven(text(name), (word) => nonNegative(name, word));
  const { model, data } = words as { model?: string; data?: string };
  if (model === undefined || data === undefined) {
    throw new UsageError(
      `expected --model NAME and --data NAME|FOLDER, got ${(model ?? data) ? `only --${model ? 'model' : 'data'}` : 'neither'}.`,
    );
  }
  const optimizer = oneOf('--optimizer', optimizers, text('optimizer') ?? 'sgd');
  const momentum = number('momentum');
  if (momentum !== undefined && optimizer.startsWith('adam')) {
    throw new UsageError(`expected --momentum with sgd or rmsprop, got it with ${optimizer}.`);
  }
  return {
    model: oneOf('--model', listModels(), model),
    data,
    root: text('root'),
    resize: count('resize'),
    augment: listOf(text('augment')).map((name) => oneOf('--augment', augmentations, name)),
    limit: count('limit'),
    batchSize: count('batch-size') ?? 128,
    optimizer,
    lr: number('lr') ?? (optimizer.startsWith('adam') ? 0.001 : 0.01),
    momentum,
    weightDecay: number('weight-decay'),
    schedule: ifGiven(text('schedule'), (word) => word.split(':')),
    warmup: count('warmup') ?? 0,
    clipNorm: ifGiven(text('clip-norm'), (word) =>
      inRange('clip-norm', word, 'a positive number', (value) => value > 0),
    ),
    dropout: ifGiven(text('dropout'), (word) => inRange('dropout', word, 'a number from 0 to 1', isShare)),
    weights: text('weights'),
    pretrained: words.pretrained === true,
    freeze: listOf(text('freeze')),
    lrOf: new Map(listOf(text('lr-of')).map(ratePair)),
    seed: ifGiven(text('seed'), (word) => inRange('seed', word, 'an integer of 0 or more', isSeed)) ?? 0,
    epochs: count('epochs') ?? 10,
    patience: count('patience'),
  };
}

function ifGiven<T>(word: string | undefined, parse: (word: string) => T): T | undefined {
  return word === undefined ? undefined : parse(word);
}

function listOf(words: string | undefined): string[] {
  return words === undefined ? [] : words.split(',').filter((word) => word !== '');
}

function ratePair(pair: string): [prefix: string, rate: number] {
  const at = pair.lastIndexOf('=');
  if (at < 1) throw new UsageError(`expected --lr-of PREFIX=RATE, got '${pair}'.`);
  return [pair.slice(0, at), nonNegative('lr-of', pair.slice(at + 1))];
}

/** @throws UsageError unless it is a number of 0 or more */
export function nonNegative(option: string, word: string): number {
  return inRange(option, word, 'a number of 0 or more', (value) => value >= 0);
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

function isSeed(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** @throws UsageError unless it is a number that fits */
export function inRange(option: string, word: string, expected: string, fits: (value: number) => boolean): number {
  const value = word.trim() === '' ? Number.NaN : Number(word);
  if (Number.isFinite(value) && fits(value)) return value;
  throw new UsageError(`expected ${expected} for --${option}, got '${word}'.`);
}
