import { findImages } from '#datasets-platform';
import { ImageError, ZooError } from '../core/index.js';
import { type ImageOrTensor, loadImageAside, type RGBImage, type Transform } from '../transforms/index.js';
import { applyTransform, expectTransform } from './apply-transform.js';
import type { Dataset, Sample } from './dataset.js';
import { expectIndex } from './expect-index.js';
import { type FoundImages, type ImageFolderRules, type ListedSamples, listSamples } from './list-samples.js';

export interface ImageFolderOptions extends ImageFolderRules {
  /** Applied to each image. Default: none, and a sample's input is an `RGBImage`. */
  transform?: Transform<RGBImage, ImageOrTensor> | undefined;
}

/**
 * Images in a folder for each class, at any depth in it: `root/cat/1.jpg`, `root/dog/poodle/2.png`.
 *
 * Classes and samples are torchvision's, in its order. Images are decoded when they are asked for: in Node on threads of their own, one less than
 * there are processors.
 *
 * Differs from PyTorch: it is loaded by the asynchronous `load`, and the loader is `loadImage`, which reads JPEG, PNG, GIF and BMP, and which turns
 * pictures upright. A folder in which a link leads back to one above it is read once.
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html
 */
export class ImageFolder implements Dataset {
  readonly classes: readonly string[];
  readonly classToIdx: Readonly<Record<string, number>>;
  /** Of each image its path and the number of its class. */
  readonly samples: ListedSamples['samples'];
  readonly transform: ImageFolderOptions['transform'];
  readonly #sourceOf: (path: string) => string | Blob;

  private constructor(
    { classes, classToIdx, samples }: ListedSamples,
    sourceOf: (path: string) => string | Blob,
    { transform }: ImageFolderOptions,
  ) {
    expectTransform('ImageFolder', transform);
    this.classes = classes;
    this.classToIdx = classToIdx;
    this.samples = samples;
    this.transform = transform;
    this.#sourceOf = sourceOf;
  }

  /**
   * Lists a folder, in Node.
   * @throws ZooError where there is no such folder, or a class has no images, or in a page
   * @example
   * const transform = new Compose([new Resize(256), new CenterCrop(224)]);
   * const flowers = await datasets.ImageFolder.load('flowers', { transform });
   * console.log(flowers.classes.join(), flowers.samples[0]![0]); // daisy,rose flowers/daisy/1.jpg
   */
  static async load(folder: string | URL, options: ImageFolderOptions = {}): Promise<ImageFolder> {
    const found = await findImages(folder, options.classToIdx && Object.keys(options.classToIdx));
    return new ImageFolder(listSamples(found, options), (path) => path, options);
  }

  /**
   * Lists the files that a user chose in a page with `<input type="file" webkitdirectory>`.
   * @throws ZooError where they come from no folder, or a class has no images
   * @example
   * ```ts no-run (needs a page)
   * const input = document.querySelector('input')!; // <input type="file" webkitdirectory>
   * input.onchange = () => console.log(datasets.ImageFolder.fromFiles(input.files!).classes);
   * ```
   */
  static fromFiles(files: Iterable<File>, options: ImageFolderOptions = {}): ImageFolder {
    const byPath = new Map(Array.from(files, (file) => [pathOf(file), file]));
    const paths = [...byPath.keys()].filter((path) => path.includes('/'));
    const folders = [...new Set(paths.map((path) => path.slice(0, path.indexOf('/'))))];
    const found: FoundImages = { label: 'the chosen folder', prefix: '', folders, paths };
    return new ImageFolder(listSamples(found, options), (path) => byPath.get(path)!, options);
  }

  get length(): number {
    return this.samples.length;
  }

  /** The number of each image's class. */
  get targets(): number[] {
    return this.samples.map(([, index]) => index);
  }

  /**
   * Loads an image.
   * @throws ImageError naming the file, where it cannot be decoded
   */
  async get(index: number, seed?: number): Promise<Sample> {
    expectIndex('ImageFolder', index, this.length);
    const [path, label] = this.samples[index]!;
    const image = await loadImageAside(this.#sourceOf(path)).catch((error) => {
      if (!(error instanceof ImageError)) throw error;
      throw new ImageError(
        error.message.replace(/^\w+/, () => `ImageFolder (${path})`),
        { cause: error },
      );
    });
    return { input: this.transform ? applyTransform(this.transform, image, seed) : image, label };
  }
}

/** The path of a chosen file, without the chosen folder itself. */
function pathOf(file: File): string {
  const { webkitRelativePath: path, name } = file;
  if (path) return path.slice(path.indexOf('/') + 1);
  throw new ZooError(
    `ImageFolder.fromFiles: expected files with a webkitRelativePath, got ${name} without. Let the user choose a folder, with <input type="file" webkitdirectory>.`,
  );
}
