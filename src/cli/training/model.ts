import * as tf from '@tensorflow/tfjs-core';
import { type StateDict, ZooError } from '../../core/index.js';
import type { LoadProgress } from '../../models/index.js';
import { createModel, type ImageModel, inChannelsOf, zoo } from '../../models/index.js';
import * as training from '../../training/index.js';
import { UsageError } from '../command.js';
import { buildUnfilled } from '../shape-model.js';
import type { Settings } from './settings.js';

/**
 * A model to be trained on images of so many classes and channels.
 * @param kept what it has learned already
 */
export async function modelFor(
  { model: name, dropout, resize, weights, pretrained }: Settings,
  kept: StateDict | undefined,
  numClasses: number,
  channels: number,
  onProgress: (progress: LoadProgress) => void,
): Promise<ImageModel> {
  const from = kept ? { weights: kept } : { weights, pretrained };
  const isFresh = !kept && weights === undefined && !pretrained;
  const wanted = {
    numClasses,
    dropout,
    // Weights tell theirs.
    inChannels: isFresh ? channels : undefined,
    inputSize: isFresh ? resize : undefined,
  };
  const options: readonly string[] = (await zoo[name].load()).options;
  const known = Object.entries(wanted).filter(([option]) => options.includes(option));
  return createModel(name, { ...Object.fromEntries(known), ...from, onProgress });
}

/** A model with weights of somebody's, or with those that were published for it. */
export function trainedModel(
  name: Settings['model'],
  weights: string | undefined,
  onProgress: (progress: LoadProgress) => void,
): Promise<ImageModel> {
  return createModel(name, { ...(weights === undefined ? { pretrained: true } : { weights }), onProgress });
}

/**
 * Before anything is loaded.
 * @throws UsageError for what the model does not have
 */
export async function expectNames({ model: name, dropout, freeze, lrOf }: Settings): Promise<void> {
  const options: readonly string[] = (await zoo[name].load()).options;
  if (dropout !== undefined && !options.includes('dropout')) {
    throw new UsageError(`expected a model with dropout for --dropout, got ${name}. Leave it out.`);
  }
  const shapes = await buildUnfilled(name);
  asUsage('--freeze', () => training.freeze(shapes, ...freeze));
  asUsage('--lr-of', () => training.paramGroups(shapes, Object.fromEntries([...lrOf.keys()].map((key) => [key, {}]))));
}

/** @throws UsageError for images that are too small for the model, or of another size than it takes */
export function expectFits(name: Settings['model'], model: ImageModel, size: number, channels: number): void {
  model.eval();
  asUsage(`expected images that ${name} takes, got ${size} × ${size} (--resize)`, () =>
    tf.tidy(() => void model.forward(tf.zeros([1, size, size, channels]))),
  );
}

function asUsage(what: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof ZooError) throw new UsageError(`${what}: ${error.message}`);
    throw error;
  }
}

/** The channels that a model gets: its own, or those of the data where its first layer takes any number. */
export function channelsFor(model: ImageModel, inData: number): number {
  const isLazy = [...model.parameters()].some((parameter) => parameter.isLazy);
  return isLazy ? inData : inChannelsOf(model);
}

/** @throws ZooError if the model tells other classes apart than the data have */
export function expectClasses(model: ImageModel, classes: readonly string[]): void {
  const [, headBias] = [...model.namedParameters()].at(-1)!;
  const [outputs] = headBias.shape;
  if (outputs === classes.length) return;
  throw new ZooError(
    `expected data of ${outputs} classes, as many as the model tells apart, got ${classes.length}: ${classes.slice(0, 5).join(', ')}${classes.length > 5 ? ' …' : ''}. Choose the data that it was trained on.`,
  );
}
