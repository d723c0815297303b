import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import { defaultEntry } from '../../../weights/index.js';
import * as datasets from '../../datasets/index.js';
import type { ModelName } from '../../models/index.js';
import * as transforms from '../../transforms/index.js';
import { UsageError } from '../command.js';
import type { Augmentation } from './settings.js';

const named = { 'fashion-mnist': datasets.FashionMNIST, mnist: datasets.MNIST } as const;

/** Height and width of the images of those. */
const NAMED_SIZE = 28;

function isNamed(data: string): data is keyof typeof named {
  return Object.hasOwn(named, data);
}

/** The channels that the images of a data set have. */
export function channelsIn(data: string): 1 | 3 {
  return isNamed(data) ? 1 : 3;
}

/** How images are prepared where no published weights say it: as torchvision does. */
const imagenet = {
  cropSize: 224,
  resizeSize: 256,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  interpolation: 'bilinear',
} as const;

/** As `createClassifier` prepares them, so that what is trained here can be used there. */
function preparationFor(model: ModelName) {
  return defaultEntry(model)?.transforms ?? imagenet;
}

/** Which examples, and what becomes of each by itself. */
export interface DataNeeds {
  readonly model: ModelName;
  /** A name, or a folder. */
  readonly data: string;
  readonly train: boolean;
  readonly root?: string | undefined;
  readonly augment?: readonly Augmentation[] | undefined;
  /** Height and width that the model gets. */
  readonly size: number;
  readonly limit?: number | undefined;
}

/** @throws UsageError if the folder is not as it should be */
export async function openData(needs: DataNeeds): Promise<datasets.Dataset> {
  const { data, train, root, limit } = needs;
  const transform = new transforms.Compose(imageSteps(needs)) as transforms.Transform<transforms.PixelImage, tf.Tensor>;
  const dataset = isNamed(data)
    ? await named[data].load({ train, root, transform })
    : await openFolder(data, train, transform);
  if (limit === undefined || limit >= dataset.length) return dataset;
  // Spread over all, for a folder's images lie class by class.
  return new datasets.Subset(
    dataset,
    Array.from({ length: limit }, (_, index) => Math.floor((index * dataset.length) / limit)),
  );
}

/** Of a folder with train and val in it one of these, for a validation else test, or itself. Classes are numbered as those of train. */
async function openFolder(
  folder: string,
  train: boolean,
  transform: transforms.Transform<transforms.RGBImage, tf.Tensor>,
): Promise<datasets.ImageFolder> {
  const [own, ofTraining] = await Promise.all([
    partOf(folder, train ? ['train'] : ['val', 'validation', 'test']),
    partOf(folder, ['train']),
  ]);
  if (own !== undefined) {
    const { classToIdx } =
      train || ofTraining === undefined ? { classToIdx: undefined } : await datasets.ImageFolder.load(ofTraining);
    return datasets.ImageFolder.load(own, { transform, classToIdx });
  }
  if (!train && ofTraining === undefined) return datasets.ImageFolder.load(folder, { transform });
  throw new UsageError(
    `expected --data ${Object.keys(named).join(', ')} or a folder with ${train ? 'train' : 'val'} in it, which has a folder per class, got '${folder}' without.`,
  );
}

async function partOf(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const part = join(folder, name);
    if (await isFolder(part)) return part;
  }
  return undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** What becomes of the 8-bit pixels of one image. */
function imageSteps({ model, data, augment = [], size }: DataNeeds): transforms.Transform<never, unknown>[] {
  const { cropSize, resizeSize, interpolation } = preparationFor(model);
  const larger = Math.round((size * resizeSize) / cropSize);
  const fit = isNamed(data) ? [] : [new transforms.Resize(larger, { interpolation }), new transforms.CenterCrop(size)];
  const has = (name: Augmentation) => augment.includes(name);
  const side = isNamed(data) ? NAMED_SIZE : size;
  return [
    ...(has('resized-crop') ? [new transforms.RandomResizedCrop(side, { interpolation })] : fit),
    ...(has('crop') ? [new transforms.RandomCrop(side, { padding: Math.round(side / 8) })] : []),
    ...(has('flip') ? [new transforms.RandomHorizontalFlip()] : []),
    ...(has('jitter') ? [new transforms.ColorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4 })] : []),
    ...(has('erase') ? [new transforms.ToTensor(), new transforms.RandomErasing()] : []),
  ];
}

/** What becomes of a batch of images, on the backend: [N, H, W, C] → [N, size, size, channels] */
export function batchTransform(
  { model, data, size }: DataNeeds,
  channels: number,
): transforms.Transform<tf.Tensor, tf.Tensor> {
  const { mean, std } = preparationFor(model);
  return new transforms.Compose([
    ...(isNamed(data) && size !== NAMED_SIZE ? [new transforms.Resize([size, size])] : []),
    ...(channels === channelsIn(data) ? [] : [new transforms.Grayscale({ numOutputChannels: channels === 3 ? 3 : 1 })]),
    ...(channels === 3 ? [new transforms.Normalize(mean, std)] : []),
  ]) as transforms.Transform<tf.Tensor, tf.Tensor>;
}
