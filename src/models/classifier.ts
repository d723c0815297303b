import * as tf from '@tensorflow/tfjs-core';
import { chooseEntry, defaultEntry } from '../../weights/index.js';
import { ZooError } from '../core/index.js';
import type { WarmUpOptions } from '../nn/index.js';
import * as transforms from '../transforms/index.js';
import { categoriesFor } from './categories.js';
import { type CreateOptions, createWithAbout } from './create-model.js';
import type { WeightsReport } from './fresh-head.js';
import { type ImageModel, inChannelsOf } from './image-model.js';
import type { WorkerClassifier, WorkerOptions } from './worker/worker-classifier.js';
import type { ModelName, Zoo } from './zoo.js';

/** One answer of a classifier. */
export interface Prediction {
  readonly classIndex: number;
  /** The category's name, or 'class N' where the categories are not known. */
  readonly label: string;
  /** Softmax over all classes: 0 to 1. */
  readonly probability: number;
  readonly logit: number;
}

/** Pixels to a float tensor [H, W, C]. */
export type Preprocessing = transforms.Transform<transforms.RGBImage, tf.Tensor>;

export interface ClassifierOptions extends CreateOptions {
  /** Preprocessing, where it is not that of the chosen weights, or of the model's default ones. */
  readonly transforms?: Preprocessing;
  /** Names of the classes in the order of their indices. */
  readonly categories?: readonly string[];
}

/** What `transforms.ImageClassification` takes, and checks. */
type ImageSettings = ConstructorParameters<typeof transforms.ImageClassification>[0];

/** Images in one forward pass; longer lists are cut into batches of this size. */
const BATCH_SIZE = 16;

/** A model in evaluation mode with the preprocessing and the labels that belong to its weights. */
export class Classifier<Model extends ImageModel = ImageModel> {
  readonly model: Model;
  readonly transforms: Preprocessing;
  /** Undefined where nothing tells the names. */
  readonly categories: readonly string[] | undefined;

  constructor(model: Model, preprocessing: Preprocessing, categories?: readonly string[]) {
    this.model = model;
    this.transforms = preprocessing;
    this.categories = categories;
    model.eval();
  }

  /** Loads an image and prepares it for the model: [H, W, C]. The tensor is the caller's. */
  async preprocess(image: transforms.ImageSource): Promise<tf.Tensor> {
    return this.transforms.apply(await transforms.loadImage(image));
  }

  /**
   * The vector that the model's last layer sees, to compare images by or to train a head on: [D], or [N, D] of an array of
   * images. The tensor is the caller's.
   */
  async features(images: transforms.ImageSource | readonly transforms.ImageSource[]): Promise<tf.Tensor> {
    const isList = Array.isArray(images);
    if (isList && images.length === 0) {
      throw new ZooError('features: expected at least one image, got an empty array. Pass the images to look at.');
    }
    const batches = await this.#forward(isList ? images : [images], (batch) => this.model.embed(batch));
    const features = tf.tidy(() => (isList ? tf.concat(batches) : tf.squeeze(batches[0]!, [0])));
    tf.dispose(batches);
    return features;
  }

  /**
   * The `top` (by default 5) most probable classes of an image, the best first; of an array of images, an array of such lists.
   * @throws ImageError if an image cannot be read
   */
  async classify(image: transforms.ImageSource, options?: { top?: number }): Promise<Prediction[]>;
  async classify(images: readonly transforms.ImageSource[], options?: { top?: number }): Promise<Prediction[][]>;
  async classify(
    images: transforms.ImageSource | readonly transforms.ImageSource[],
    { top = 5 }: { top?: number } = {},
  ): Promise<Prediction[] | Prediction[][]> {
    expectTop(top);
    const list = Array.isArray(images) ? images : [images];
    const batches = await this.#forward(list, (batch) => this.model.forward(batch));
    const predictions: Prediction[][] = [];
    for (const logits of batches) {
      const rows = (await logits.array()) as number[][];
      predictions.push(...rows.map((row) => rank(row, top, this.categories)));
      logits.dispose();
    }
    return Array.isArray(images) ? predictions : predictions[0]!;
  }

  /**
   * Makes the first answer as fast as the next: shaders are compiled, weights are uploaded. Compute nothing meanwhile.
   * @see Module.warmup
   */
  async warmup(options: WarmUpOptions = {}): Promise<void> {
    const image = await this.preprocess({ width: 1, height: 1, data: new Uint8Array(3) });
    image.dispose();
    await this.model.warmup([1, ...image.shape], options);
  }

  /** Frees the model. */
  dispose(): void {
    this.model.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Runs `fn` on the images, some at a time. */
  async #forward(images: readonly transforms.ImageSource[], fn: (batch: tf.Tensor) => tf.Tensor): Promise<tf.Tensor[]> {
    const outputs: tf.Tensor[] = [];
    for (let start = 0; start < images.length; start += BATCH_SIZE) {
      const tensors: tf.Tensor[] = [];
      try {
        for (const image of images.slice(start, start + BATCH_SIZE)) tensors.push(await this.preprocess(image));
        outputs.push(tf.tidy(() => fn(tf.stack(tensors))));
      } catch (error) {
        tf.dispose(outputs);
        throw error;
      } finally {
        tf.dispose(tensors);
      }
    }
    return outputs;
  }
}

/**
 * Builds a classifier: a model, the preprocessing of its published weights, and their labels: of the entry that `pretrained`
 * names, else of the default one.
 *
 * The labels are the entry's if the number of classes agrees, unless `categories` are given. A head that `numClasses` made fresh
 * has other classes, and answers noise until it is trained.
 *
 * With `worker: true`, in a page, the model lives in a Web Worker, and the page stays smooth while it loads and computes.
 *
 * @throws ZooError without weights, for what an untrained model answers is noise
 * @throws as `createModel` does
 * @example
 * ```ts
 * const classifier = await createClassifier('alexnet', { weights: 'alexnet.pth' });
 * const [best] = await classifier.classify('cat.jpg');
 * ```
 */
export async function createClassifier<Name extends ModelName>(
  name: Name,
  options: Zoo[Name]['options'] & ClassifierOptions & { readonly worker: true | WorkerOptions },
): Promise<WorkerClassifier>;
export async function createClassifier<Name extends ModelName>(
  name: Name,
  options?: Zoo[Name]['options'] & ClassifierOptions & { readonly worker?: false | undefined },
): Promise<Classifier<Zoo[Name]['model']>>;
export async function createClassifier<Name extends ModelName>(
  name: Name,
  options: Zoo[Name]['options'] & ClassifierOptions & { readonly worker?: boolean | WorkerOptions | undefined } = {},
): Promise<Classifier<Zoo[Name]['model']> | WorkerClassifier> {
  expectWeights(name, options);
  const { worker = false, ...others } = options;
  const given = others as Zoo[Name]['options'] & ClassifierOptions;
  if (worker === false) return createHere(name, given);
  const { WorkerClassifier } = await import('./worker/worker-classifier.js');
  return WorkerClassifier.create(name, given, worker === true ? {} : worker);
}

function expectWeights(name: string, options: CreateOptions): void {
  if (options.weights !== undefined || options.pretrained) return;
  throw new ZooError(
    `createClassifier('${name}'): expected weights, got none, and what an untrained model answers is noise. Pass weights: ` +
      'a path, URL, bytes, Blob or state dict; or wrap a model of your own: new models.Classifier(model, transforms).',
  );
}

async function createHere<Name extends ModelName>(
  name: Name,
  options: Zoo[Name]['options'] & ClassifierOptions,
): Promise<Classifier<Zoo[Name]['model']>> {
  const { transforms: preprocessing, categories, ...modelOptions } = options;
  let isFresh = false;
  const onLoad = (report: WeightsReport) => {
    isFresh = report.fresh.length > 0;
    options.onLoad?.(report);
  };
  const created = await createWithAbout(name, { ...modelOptions, onLoad } as Zoo[Name]['options'] & CreateOptions);
  const model: Zoo[Name]['model'] = created.model;
  const entry = typeof options.pretrained === 'string' ? chooseEntry(name, options.pretrained) : defaultEntry(name);
  try {
    const settings = created.about?.transforms ?? entry?.transforms;
    const prepare =
      preprocessing ??
      (settings ? new transforms.ImageClassification(settings as ImageSettings) : preprocessingFor(model));
    // What was asked for by name, or stands beside the weights, must fit; the default entry's are only a guess at another checkpoint's.
    const published = isFresh ? undefined : (created.about?.categories ?? entry?.categories);
    const isKnown = options.weights === undefined || created.about?.categories !== undefined;
    return new Classifier(
      model,
      prepare,
      categoriesFor('createClassifier', model, categories ?? (isKnown ? published : undefined), published),
    );
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** For models without published weights: colour images prepared as ImageNet's are, in proportion; gray ones only resized. */
function preprocessingFor(model: ImageModel): Preprocessing {
  const size = model.inputSize;
  if (inChannelsOf(model) === 3) {
    return new transforms.ImageClassification({ cropSize: size, resizeSize: Math.round((size * 256) / 224) });
  }
  return new transforms.Compose([
    new transforms.Resize([size, size]),
    new transforms.Grayscale(),
    new transforms.ToTensor(),
  ]);
}

export function expectTop(top: number): void {
  if (Number.isInteger(top) && top >= 1) return;
  throw new ZooError(`classify: expected top to be a positive integer, got ${top}. Ask for 1 or more.`);
}

/** The `top` largest of a row of logits. */
function rank(logits: readonly number[], top: number, categories: readonly string[] | undefined): Prediction[] {
  const largest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return logits
    .map((logit, classIndex) => ({
      classIndex,
      label: categories?.[classIndex] ?? `class ${classIndex}`,
      probability: Math.exp(logit - largest) / total,
      logit,
    }))
    .sort((a, b) => b.logit - a.logit || a.classIndex - b.classIndex)
    .slice(0, top);
}
