// torchvision.transforms.functional: what the random transforms do, with every parameter given.
export { adjustBrightness, adjustContrast, adjustSaturation } from './adjust.js';
export { centerCrop, crop, resizedCrop } from './crop.js';
export { type EraseOptions, erase } from './erase.js';
export { type FiveCrops, fiveCrop, type TenCropOptions, type TenCrops, tenCrop } from './five-crop.js';
export { hflip, vflip } from './flip.js';
export { adjustHue } from './hue.js';
export { adjustLighting, type PrincipalColors } from './lighting.js';
export { type Padding, type PadOptions, pad } from './pad.js';
export type { PadMode } from './padded-axis.js';
