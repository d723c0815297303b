// torchvision.transforms: on 8-bit images in plain TypeScript before ToTensor, on tensors after it.
export { ImageError } from '../core/index.js';
export { CenterCrop } from './center-crop.js';
export { Grayscale, type GrayscaleOptions } from './grayscale.js';
export { checkImage, type GrayImage, type PixelImage, type RGBImage } from './image.js';
export type { InterpolationMode } from './interpolation.js';
export { loadImageAside } from './load-image/load-aside.js';
export { type ImageSource, type JimpImage, type LoadImageOptions, loadImage } from './load-image/load-image.js';
export type { RawPixels } from './load-image/pixels.js';
export { Normalize, type NormalizeOptions } from './normalize.js';
export { ImageClassification, type ImageClassificationOptions } from './presets.js';
export { Resize, type ResizeOptions, type ResizeSize } from './resize.js';
export { ToTensor, toUnitInterval } from './to-tensor.js';
export { Compose, type ImageOrTensor, type Transform } from './transform.js';
