import * as tf from '@tensorflow/tfjs-core';
import type { WeightsEntry } from '../../weights/index.js';
import { type Folder, ZooError } from '../core/index.js';
import { skipInit } from '../nn/index.js';
import { freshenHead, type WeightsReport } from './fresh-head.js';
import {
  type AboutWeights,
  type LoadOptions,
  loadWeights,
  openWeights,
  renameWeights,
  type WeightsSource,
} from './load-weights.js';
import { type EntryOf, type ModelName, modelNames, type Zoo, zooEntry } from './zoo.js';

export interface CreateOptions extends LoadOptions {
  /** Trained weights: a path (Node), a URL, bytes, a File or Blob, or a state dict; or the path or URL of a web folder, with a slash at its end. */
  readonly weights?: WeightsSource | undefined;
  /**
   * Published weights: true for the model's default entry, or an entry's name. They are looked for under the URL that `weights.setBaseUrl` names,
   * and are else downloaded from where they are published, once: Node keeps them in the user's cache, a page in its Cache Storage.
   */
  readonly pretrained?: boolean | string | undefined;
  /** Base URL of a mirror to try first, in place of the variable TFJS_ZOO_MIRROR. */
  readonly mirror?: string | undefined;
  /** Where downloads are kept, in place of the variable TFJS_ZOO_CACHE and of the system's folder for caches. */
  readonly cacheFolder?: string | undefined;
  /** Called when the weights are in, with the names of those that were loaded and of those that are fresh. */
  readonly onLoad?: ((report: WeightsReport) => void) | undefined;
}

/**
 * Builds a model of the zoo, with trained weights if any are given.
 *
 * Sizes that are not given (classes, widths) are read from the weights. If `numClasses` is given and is not the weights', the last
 * linear layer gets fresh ones, to be trained, and everything else is loaded; `onLoad` tells which. Like a model in PyTorch it is
 * in training mode: call `eval()` before you predict.
 *
 * @throws ZooError for a name or an option that does not exist
 * @throws CheckpointError if the file is no checkpoint
 * @throws StateDictError if its tensors are not this model's, but for a head of other classes that `numClasses` asks for
 * @throws DownloadError if published weights cannot be fetched, IntegrityError if they are not the ones that were published
 * @example
 * ```ts
 * const lenet = await createModel('lenet', { numClasses: 10, inputSize: 32 });
 * const flowers = await createModel('alexnet', { weights: 'alexnet.pth', numClasses: 5 }); // a fresh last layer
 * ```
 */
export async function createModel<Name extends ModelName>(
  name: Name,
  options: Zoo[Name]['options'] & CreateOptions = {},
): Promise<Zoo[Name]['model']> {
  return (await createWithAbout(name, options)).model;
}

/** A model, and what its weights say of the images that they are for. */
interface Created<Name extends ModelName> {
  readonly model: Zoo[Name]['model'];
  readonly about?: AboutWeights | undefined;
}

/** `createModel`, for those who want to know what a web folder says beside the weights. */
export async function createWithAbout<Name extends ModelName>(
  name: Name,
  options: Zoo[Name]['options'] & CreateOptions,
): Promise<Created<Name>> {
  const {
    weights: source,
    pretrained,
    mirror,
    cacheFolder,
    cache,
    key,
    verify,
    onProgress,
    signal,
    onLoad,
    ...modelOptions
  } = options;
  const entry = await zooEntry(name);
  expectOptions(name, entry.options, modelOptions);
  const given = Object.fromEntries(
    Object.entries(modelOptions).filter(([, value]) => value !== undefined),
  ) as Zoo[Name]['options'];
  await tf.ready();
  const fill = (from: WeightsSource | Folder, published?: WeightsEntry) =>
    build(name, { ...published?.options, ...given }, from, { key, verify, cache, onProgress, signal, onLoad });
  if (source !== undefined && pretrained) {
    throw new ZooError(
      `createModel('${name}'): expected weights or pretrained, got both. Leave one out: each says where the weights come from.`,
    );
  }
  if (source !== undefined) return fill(source);
  if (pretrained === undefined || pretrained === false) return { model: entry.build(given) };
  // Loaded when they are asked for: labels and addresses are a fifth of what a page loads.
  const { usePretrained } = await import('./published.js');
  return usePretrained(name, pretrained, { mirror, cacheFolder, cache, onProgress, signal }, fill);
}

/** Builds a model with the sizes that its weights have, and fills it. */
async function build<Name extends ModelName>(
  name: Name,
  given: Zoo[Name]['options'],
  source: WeightsSource | Folder,
  { onLoad, ...options }: LoadOptions & Pick<CreateOptions, 'onLoad'>,
): Promise<Created<Name>> {
  const entry = await zooEntry(name);
  const opened = await openWeights(source, options);
  try {
    const { renamed = (tensor) => tensor, isLeftOut = () => false } = entry;
    const named = renameWeights(opened, renamed);
    const said = optionsFor(name, entry, opened.about);
    const sizes = entry.sizesOf((tensor) => named.shapes.get(tensor), { ...said, ...given });
    const wanted = { ...said, ...sizes, ...given };
    const weights = renameWeights(named, (tensor) => (isLeftOut(tensor, wanted) ? undefined : tensor));
    const model = skipInit(() => entry.build(wanted));
    try {
      const fresh = given.numClasses === undefined ? [] : freshenHead(model, weights.shapes);
      const report = await loadWeights(`createModel('${name}')`, model, weights, fresh);
      onLoad?.(report);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return { model, about: opened.about };
  } finally {
    await opened.close();
  }
}

/** The options that a web folder says it was converted with, where that was for this model. */
function optionsFor<Name extends ModelName>(
  name: Name,
  { options }: EntryOf<Name>,
  about: AboutWeights | undefined,
): Partial<Zoo[Name]['options']> {
  const said = about?.model?.name === name ? about.model.options : {};
  const known = Object.entries(said).filter(([option]) => (options as readonly string[]).includes(option));
  return Object.fromEntries(known) as Partial<Zoo[Name]['options']>;
}

/** Names of the models that `createModel` builds; `include` is a pattern with `*`. */
export function listModels(options: { include?: string | undefined } = {}): ModelName[] {
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
