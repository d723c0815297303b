import type { WeightsEntry } from './entry.js';
import { imagenetEntry } from './imagenet.js';

/** torchvision's AlexNet_Weights. */
export const alexnetWeights: readonly WeightsEntry[] = [
  imagenetEntry({
    model: 'alexnet',
    isDefault: true,
    file: 'alexnet-owt-7be5be79.pth',
    sha256: '7be5be79',
    mebibytes: 233.087,
    numParams: 61_100_840,
    accuracy: { acc1: 56.522, acc5: 79.066 },
    gflops: 0.714,
    minSize: 63,
    recipe: 'https://github.com/pytorch/vision/tree/main/references/classification#alexnet-and-vgg',
  }),
];
