import * as tf from '@tensorflow/tfjs-core';
import { CenterCrop } from './center-crop.js';
import type { PixelImage } from './image.js';
import type { InterpolationMode } from './interpolation.js';
import { Normalize } from './normalize.js';
import { floatListRepr } from './python.js';
import { Resize } from './resize.js';
import { ToTensor } from './to-tensor.js';
import type { ImageOrTensor, Transform } from './transform.js';

export interface ImageClassificationOptions {
  cropSize: number;
  /** Shorter side before the crop. Default 256. */
  resizeSize?: number;
  /** Default ImageNet's, [0.485, 0.456, 0.406]. */
  mean?: readonly number[];
  /** Default ImageNet's, [0.229, 0.224, 0.225]. */
  std?: readonly number[];
  /** Default 'bilinear'. */
  interpolation?: InterpolationMode;
  /** For tensors only: 8-bit images are always antialiased. Default true. */
  antialias?: boolean;
}

/**
 * The preprocessing that torchvision's pretrained classifiers ask for: resize, crop, scale to 0 … 1, normalise.
 *
 * Shape: an 8-bit RGB image to `[cropSize, cropSize, 3]`; a float tensor `[H, W, 3]` or `[N, H, W, 3]` of values 0 to 1,
 * which are not scaled again, to `[cropSize, cropSize, 3]` or `[N, cropSize, cropSize, 3]`.
 *
 * Differs from PyTorch: channels come last.
 *
 * @throws ZooError as `Resize`, `CenterCrop` and `Normalize` do.
 * @example
 * const preset = new ImageClassification({ cropSize: 224 });
 * const x = preset.apply(await loadImage('cat.jpg')); // [224, 224, 3]
 * @see https://docs.pytorch.org/vision/stable/models.html
 */
export class ImageClassification implements Transform<ImageOrTensor, tf.Tensor> {
  readonly cropSize: number;
  readonly resizeSize: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly interpolation: InterpolationMode;
  readonly antialias: boolean;
  private readonly resize: Resize;
  private readonly centerCrop: CenterCrop;
  private readonly toTensor = new ToTensor();
  private readonly normalize: Normalize;

  constructor(options: ImageClassificationOptions) {
    this.cropSize = options.cropSize;
    this.resizeSize = options.resizeSize ?? 256;
    this.mean = options.mean ?? [0.485, 0.456, 0.406];
    this.std = options.std ?? [0.229, 0.224, 0.225];
    this.interpolation = options.interpolation ?? 'bilinear';
    this.antialias = options.antialias ?? true;
    this.resize = new Resize(this.resizeSize, { interpolation: this.interpolation, antialias: this.antialias });
    this.centerCrop = new CenterCrop(this.cropSize);
    this.normalize = new Normalize(this.mean, this.std);
  }

  apply(input: ImageOrTensor): tf.Tensor {
    return tf.tidy(() => {
      const cropped = this.centerCrop.apply(this.resize.apply(input));
      return this.normalize.apply(cropped instanceof tf.Tensor ? cropped : this.toTensor.apply(cropped));
    });
  }

  /** The pixels that `apply` makes a tensor of: resized and cropped, to be shown. */
  crop<Image extends PixelImage>(image: Image): Image {
    return this.centerCrop.apply(this.resize.apply(image));
  }

  toString(): string {
    return [
      'ImageClassification(',
      `    crop_size=[${this.cropSize}]`,
      `    resize_size=[${this.resizeSize}]`,
      `    mean=${floatListRepr(this.mean)}`,
      `    std=${floatListRepr(this.std)}`,
      `    interpolation=InterpolationMode.${this.interpolation.toUpperCase().replace('-', '_')}`,
      ')',
    ].join('\n');
  }
}
