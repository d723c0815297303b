import { type StateDict, ZooError } from '../../core/index.js';
import type { LoadProgress } from '../../models/index.js';
import { createModel, type ImageModel, inChannelsOf, zoo } from '../../models/index.js';
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
  if (dropout !== undefined) expectOption(name, 'dropout');
  const known = Object.entries(wanted).filter(([option]) => takes(name, option));
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

function takes(name: Settings['model'], option: string): boolean {
  return (zoo[name].options as readonly string[]).includes(option);
}

function expectOption(name: Settings['model'], option: string): void {
  if (takes(name, option)) return;
  throw new ZooError(`expected a model with ${option} for --${option}, got ${name}. Leave it out.`);
}

/** The channels that a model gets: its own, or those of the data where its first layer takes any number. */
export function channelsFor(model: ImageModel, inData: number): number {
  const isLazy = [...model.parameters()].some((parameter) => parameter.isLazy);
  return isLazy ? inData : inChannelsOf(model);
}
