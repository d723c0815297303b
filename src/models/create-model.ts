import * as tf from '@tensorflow/tfjs-core';
import { entriesFor } from '../../weights/index.js';
import { ZooError } from '../core/index.js';
import { skipInit } from '../nn/index.js';
import { type LoadOptions, loadWeights, openWeights, type WeightsSource } from './load-weights.js';
import { type ModelName, modelNames, type Zoo, zooEntry } from './zoo.js';

export interface CreateOptions extends LoadOptions {
  /** Trained weights: a path (Node), a URL, bytes, a File or Blob, or a state dict. */
  readonly weights?: WeightsSource | undefined;
  /** Not there yet: download the file that the error names, and pass it as `weights`. */
  readonly pretrained?: boolean | string | undefined;
}

/**
 * Builds a model of the zoo, with trained weights if any are given.
 *
 * Sizes that are not given (classes, widths) are read from the weights. Like a model in PyTorch it is in training mode:
 * call `eval()` before you predict.
 *
 * @throws ZooError for a name or an option that does not exist
 * @throws CheckpointError if the file is no checkpoint
 * @throws StateDictError if its tensors are not this model's
 * @example
 * ```ts
 * const lenet = await createModel('lenet', { numClasses: 10, inputSize: 32 });
 * ```
 */
export async function createModel<Name extends ModelName>(
  name: Name,
  options: Zoo[Name]['options'] & CreateOptions = {},
): Promise<Zoo[Name]['model']> {
  const { weights: source, pretrained, key, verify, onProgress, signal, ...modelOptions } = options;
  const entry = zooEntry(name);
  expectOptions(name, entry.options, modelOptions);
  const given = Object.fromEntries(
    Object.entries(modelOptions).filter(([, value]) => value !== undefined),
  ) as Zoo[Name]['options'];
  await tf.ready();
  if (source === undefined) {
    if (pretrained) throw pretrainedError(name, pretrained);
    return entry.build(given);
  }
  const weights = await openWeights(source, { key, verify, onProgress, signal });
  try {
    const sizes = entry.sizesOf((tensor) => weights.shapes.get(tensor), given);
    const model = skipInit(() => entry.build({ ...sizes, ...given }));
    try {
      await loadWeights(`createModel('${name}')`, model, weights, signal);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return model;
  } finally {
    await weights.close();
  }
}

/** Names of the models that `createModel` builds; `include` is a pattern with `*`. */
export function listModels(options: { include?: string } = {}): ModelName[] {
  const parts = (options.include ?? '*').split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${parts.join('.*')}$`);
  return modelNames.filter((name) => pattern.test(name));
}

function expectOptions(name: string, known: readonly string[], given: object): void {
  const unknown = Object.keys(given).filter((option) => !known.includes(option));
  if (unknown.length === 0) return;
  throw new ZooError(
    `createModel('${name}'): expected options among ${known.join(', ')}, got ${unknown.join(', ')}. Leave it out, or see the model's options.`,
  );
}

function pretrainedError(name: string, pretrained: boolean | string): ZooError {
  const entries = entriesFor(name);
  const wanted = typeof pretrained === 'string' ? ` '${pretrained}'` : '';
  if (entries.length === 0) {
    const others = modelNames.filter((other) => entriesFor(other).length > 0);
    return new ZooError(
      `createModel('${name}'): expected a model with pretrained weights, got one without${wanted}. There are weights for ${others.join(', ')}.`,
    );
  }
  const list = entries.map((entry) => `${entry.name}: ${entry.url}`).join(', ');
  return new ZooError(
    `createModel('${name}'): expected weights, got pretrained${wanted}, and downloading is not there yet. ` +
      `Download the file yourself (${list}) and pass its path as weights.`,
  );
}
