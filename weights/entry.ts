/** How pictures were prepared when the weights were measured: the options of `transforms.ImageClassification`. */
export interface WeightsTransforms {
  /** Side of the square crop, in pixels. */
  readonly cropSize: number;
  /** Shorter side before the crop, in pixels. */
  readonly resizeSize: number;
  /** Of each channel, in units of 0 to 1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly interpolation: 'bilinear' | 'bicubic';
  readonly antialias: boolean;
}

/** What is published of a file's size: its bytes, or MiB (1,048,576 bytes) rounded to 0.001, as torchvision lists them. */
export type PublishedSize = { readonly bytes: number } | { readonly mebibytes: number };

/** One trained checkpoint: where it is, how to know it, what it can do, and what to feed it. */
export interface WeightsEntry {
  /** What `pretrained` takes, such as torchvision's 'IMAGENET1K_V1'. */
  readonly name: string;
  /** The name that `createModel` takes, such as 'alexnet'. */
  readonly model: string;
  /** Whether `pretrained: true` means this entry, as torchvision's `weights='DEFAULT'` does. */
  readonly isDefault?: boolean;
  /** An http, https or file URL. */
  readonly url: string;
  /**
   * Of weights that come with a package: the address of each file of their web folder, model.json among them, by its name. `url` and `sha256` are then
   * those of model.json, which has the hashes of all others, and `size` is that of all together.
   */
  readonly files?: Readonly<Record<string, string>>;
  /** Other URLs of the same file, for when `url` fails. */
  readonly mirrors?: readonly string[];
  /** SHA-256 of the file in hex: its 64 digits, or as many of the first as are published, 8 at least. */
  readonly sha256: string;
  readonly size: PublishedSize;
  readonly numParams?: number;
  /** Share of ImageNet's validation pictures, in percent, whose class is the first guess, or among the first five. */
  readonly accuracy?: { readonly acc1: number; readonly acc5: number };
  /** Multiply-adds of one picture, in 1e9. */
  readonly gflops?: number;
  readonly transforms?: WeightsTransforms;
  /** Labels by class index. */
  readonly categories?: readonly string[];
  /** Where the weights' own licence is, or null where their authors name none. */
  readonly licence?: string | null;
  /** How the weights were trained. */
  readonly recipe?: string;
  /** Smallest picture that the model takes, `[height, width]`. */
  readonly minSize?: readonly [number, number];
}
