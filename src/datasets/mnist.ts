import type { GrayImage, ImageOrTensor, Transform } from '../transforms/index.js';
import { applyTransform, expectTransform } from './apply-transform.js';
import type { Dataset, Sample } from './dataset.js';
import { expectIndex } from './expect-index.js';
import { fashionMnistFiles, type MnistFiles, mnistFiles } from './mnist-files.js';
import { type MnistArrays, type ReadMnistOptions, readMnist } from './read-mnist.js';

const SIDE = 28;

export interface MnistOptions extends ReadMnistOptions {
  /** Applied to each image. Default: none, and a sample's input is a `GrayImage`. */
  transform?: Transform<GrayImage, ImageOrTensor> | undefined;
}

/**
 * Handwritten digits in grey, 28 × 28: 60,000 to train on and 10,000 to test with.
 *
 * Differs from PyTorch: it is loaded by the asynchronous `load`, where torchvision's constructor reads the files; data and targets are `images`
 * and `labels`.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.MNIST.html
 */
export class MNIST implements Dataset {
  /** The bytes of all images, [N, 28, 28]. */
  readonly images: Uint8Array;
  /** The class of each image. */
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
  readonly transform: MnistOptions['transform'];
  readonly #name: string;

  /** @internal */
  protected constructor({ name, classes }: MnistFiles, { images, labels }: MnistArrays, options: MnistOptions) {
    expectTransform(name, options.transform);
    this.#name = name;
    this.images = images;
    this.labels = labels;
    this.classes = classes;
    this.transform = options.transform;
  }

  /**
   * Reads the official files, gzipped or not.
   * @throws ZooError where a file is missing, damaged, or another than it should be
   * @example
   * const train = await datasets.MNIST.load({ root: 'data' });
   * const test = await datasets.MNIST.load({ root: 'data', train: false });
   * console.log(test.classes[3]); // 3 - three
   */
  static async load(options: MnistOptions = {}): Promise<MNIST> {
    return new MNIST(mnistFiles, await readMnist(mnistFiles, options), options);
  }

  get length(): number {
    return this.labels.length;
  }

  get(index: number, seed?: number): Sample {
    expectIndex(this.#name, index, this.length);
    const data = this.images.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE);
    const image: GrayImage = { width: SIDE, height: SIDE, data, channels: 1 };
    const input = this.transform ? applyTransform(this.transform, image, seed) : image;
    return { input, label: this.labels[index]! };
  }
}

/**
 * Articles of clothing in grey, 28 × 28, as many as `MNIST` has digits and harder to tell apart.
 *
 * Differs from PyTorch: as `MNIST`.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.FashionMNIST.html
 */
export class FashionMNIST extends MNIST {
  /**
   * Reads the official files, gzipped or not. Without `root` they may also lie where Debian's package dataset-fashion-mnist puts them.
   * @throws ZooError where a file is missing, damaged, or another than it should be
   * @example
   * const train = await datasets.FashionMNIST.load({ root: 'data' });
   * const test = await datasets.FashionMNIST.load({ root: 'data', train: false });
   * console.log(test.classes[3]); // Dress
   */
  static override async load(options: MnistOptions = {}): Promise<FashionMNIST> {
    return new FashionMNIST(fashionMnistFiles, await readMnist(fashionMnistFiles, options), options);
  }
}
