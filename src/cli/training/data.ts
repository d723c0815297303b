import type * as tf from '@tensorflow/tfjs-core';
import * as datasets from '../../datasets/index.js';
import * as transforms from '../../transforms/index.js';
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

/** Which examples, and what becomes of each by itself. */
export interface DataNeeds {
  /** A name, or a folder. */
  readonly data: string;
  readonly train: boolean;
  readonly root?: string | undefined;
  readonly augment?: readonly Augmentation[] | undefined;
  /** Height and width that the model gets. */
  readonly size: number;
  readonly limit?: number | undefined;
}

export async function openData(needs: DataNeeds): Promise<datasets.Dataset> {
  const { data, train, root, limit } = needs;
  const dataset = isNamed(data) ? await named[data].load({ train, root }) : await named.mnist.load({ train, root }); // MERGE
  void limit;
  return dataset; // MERGE
}

/** What becomes of a batch of images, on the backend: [N, H, W, C] → [N, size, size, channels] */
export function batchTransform(
  data: string,
  size: number,
  channels: number,
): transforms.Transform<tf.Tensor, tf.Tensor> {
  return new transforms.Compose([
    ...(isNamed(data) && size !== NAMED_SIZE ? [new transforms.Resize([size, size])] : []),
    ...(channels === channelsIn(data) ? [] : [new transforms.Grayscale({ numOutputChannels: channels === 3 ? 3 : 1 })]),
  ]) as transforms.Transform<tf.Tensor, tf.Tensor>;
}
