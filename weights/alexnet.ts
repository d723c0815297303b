import type { WeightsEntry } from './entry.js';
import { imagenetCategories } from './imagenet-categories.js';

/** torchvision's AlexNet_Weights. */
export const alexnetWeights: readonly WeightsEntry[] = [
  {
    name: 'IMAGENET1K_V1',
    model: 'alexnet',
    isDefault: true,
    url: 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth',
    sha256: '7be5be79',
    size: { mebibytes: 233.087 },
    numParams: 61_100_840,
    accuracy: { acc1: 56.522, acc5: 79.066 },
    gflops: 0.714,
    transforms: {
      cropSize: 224,
      resizeSize: 256,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      interpolation: 'bilinear',
      antialias: true,
    },
    categories: imagenetCategories,
    licence: null,
    recipe: 'https://github.com/pytorch/vision/tree/main/references/classification#alexnet-and-vgg',
    minSize: [63, 63],
  },
];
