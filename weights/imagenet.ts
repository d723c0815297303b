import type { WeightsEntry, WeightsTransforms } from './entry.js';
import { imagenetCategories } from './imagenet-categories.js';

/** What differs between torchvision's weights for ImageNet. */
export interface ImagenetFacts
  extends Required<Pick<WeightsEntry, 'model' | 'sha256' | 'numParams' | 'accuracy' | 'gflops'>>,
    Pick<WeightsEntry, 'isDefault' | 'options'> {
  /** Default: IMAGENET1K_V1. */
  readonly name?: string;
  /** At download.pytorch.org/models. */
  readonly file: string;
  readonly mebibytes: number;
  /** Default: 256. */
  readonly resizeSize?: number;
  /** Height and width of the smallest picture that the model takes. */
  readonly minSize: number;
  readonly recipe: string;
}

/** How ImageNet's pictures are prepared. */
export const imagenetTransforms: WeightsTransforms = {
  cropSize: 224,
  resizeSize: 256,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  interpolation: 'bilinear',
  antialias: true,
};

/** An entry of torchvision's for the thousand classes of ImageNet. */
export function imagenetEntry({
  name = 'IMAGENET1K_V1',
  file,
  mebibytes,
  minSize,
  ...facts
}: ImagenetFacts): WeightsEntry {
  const { resizeSize = 256, ...others } = facts;
  return {
    ...others,
    name,
    url: `https://download.pytorch.org/models/${file}`,
    size: { mebibytes },
    transforms: { ...imagenetTransforms, resizeSize },
    categories: imagenetCategories,
    licence: null,
    minSize: [minSize, minSize],
  };
}
