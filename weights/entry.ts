import type { PublishedFile } from './published-file.js';

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

/** One trained checkpoint: where it is, how to know it, what it can do, and what to feed it. */
export interface WeightsEntry extends Omit<PublishedFile, 'isData'> {
  /** Whether `pretrained: true` means this entry, as torchvision's `weights='DEFAULT'` does. */
  readonly isDefault?: boolean;
  /**
   * Of weights that come with a package: the address of each file of their web folder, model.json among them, by its name. `url` and `sha256` are then
   * those of model.json, which has the hashes of all others, and `size` is that of all together.
   */
  readonly files?: Readonly<Record<string, string>>;
  readonly numParams?: number;
  /** Share of pictures that were not trained on (ImageNet's validation pictures …), in percent, whose class is the first guess, or among the first five. */
  readonly accuracy?: { readonly acc1: number; readonly acc5: number };
  /** Multiply-adds of one picture, in 1e9. */
  readonly gflops?: number;
  readonly transforms?: WeightsTransforms;
  /** Options that a model is built with for these weights, beside the sizes that they have. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Labels by class index. */
  readonly categories?: readonly string[];
  /** Where the weights' own licence is, or null where their authors name none. */
  readonly licence?: string | null;
  /** How the weights were trained. */
  readonly recipe?: string;
  /** Smallest picture that the model takes, `[height, width]`. */
  readonly minSize?: readonly [number, number];
}
