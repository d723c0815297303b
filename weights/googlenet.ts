import type { WeightsEntry } from './entry.js';
import { imagenetEntry } from './imagenet.js';

/** torchvision's GoogLeNet_Weights. */
export const googlenetWeights: readonly WeightsEntry[] = [
  imagenetEntry({
    model: 'googlenet',
    isDefault: true,
    file: 'googlenet-1378be20.pth',
    sha256: '1378be20',
    mebibytes: 49.731,
    numParams: 6_624_904,
    accuracy: { acc1: 69.778, acc5: 89.53 },
    gflops: 1.498,
    minSize: 15,
    recipe: 'https://github.com/pytorch/vision/tree/main/references/classification#googlenet', // As torchvision builds it for them: the file has classifiers in its middle, which only training needs.
    options: { auxLogits: false, transformInput: true },
  }),
];
