// torchvision.transforms: on 8-bit images in plain TypeScript before ToTensor, on tensors after it.
export { ImageError } from '../core/index.js';
export { CenterCrop } from './center-crop.js';
export { ColorJitter, type ColorJitterOptions, type ColorJitterParams } from './color-jitter.js';
export type { CropSize } from './crop-size.js';
export type { Range } from './drawing.js';
export { FiveCrop, TenCrop } from './five-crop.js';
// What the random transforms do, with every parameter given.
export * as functional from './functional/index.js';
export { Grayscale, type GrayscaleOptions } from './grayscale.js';
export { checkImage, type GrayImage, type PixelImage, type RGBImage } from './image.js';
export type { InterpolationMode } from './interpolation.js';
export { Lambda } from './lambda.js';
export { type Drawable, isDrawable, snapshotOf } from './load-image/drawable.js';
export { loadImageAside } from './load-image/load-aside.js';
export { type ImageSource, type JimpImage, type LoadImageOptions, loadImage } from './load-image/load-image.js';
export type { RawPixels } from './load-image/pixels.js';
export { Normalize, type NormalizeOptions } from './normalize.js';
export { Pad } from './pad.js';
export { PCALighting, type PCALightingOptions } from './pca-lighting.js';
export { ImageClassification, type ImageClassificationOptions } from './presets.js';
export { principalColors } from './principal-colors.js';
export {
  RandomApply,
  type RandomApplyOptions,
  RandomChoice,
  type RandomChoiceOptions,
  RandomOrder,
} from './random-apply.js';
export { type CropRectangle, RandomCrop, type RandomCropOptions } from './random-crop.js';
export { type ErasingParams, RandomErasing, type RandomErasingOptions } from './random-erasing.js';
export { type RandomFlipOptions, RandomHorizontalFlip, RandomVerticalFlip } from './random-flip.js';
export { RandomResizedCrop, type RandomResizedCropOptions } from './random-resized-crop.js';
export { Resize, type ResizeOptions, type ResizeSize } from './resize.js';
export { ToTensor, toUnitInterval } from './to-tensor.js';
export { Compose, type ImageOrTensor, type Transform } from './transform.js';
