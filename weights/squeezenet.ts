import type { WeightsEntry } from './entry.js';
import { imagenetEntry } from './imagenet.js';

/** torchvision's SqueezeNet weights. */
export const squeezenetWeights: readonly WeightsEntry[] = [
  imagenetEntry({
    model: 'squeezenet1_0',
    isDefault: true,
    file: 'squeezenet1_0-b66bff10.pth',
    sha256: 'b66bff10',
    mebibytes: 4.778,
    numParams: 1_248_424,
    accuracy: { acc1: 58.092, acc5: 80.42 },
    gflops: 0.819,
    minSize: 21,
    recipe: 'https://github.com/pytorch/vision/pull/49#issuecomment-277560717',
  }),
  imagenetEntry({
    model: 'squeezenet1_1',
    isDefault: true,
    file: 'squeezenet1_1-b8a52dc0.pth',
    sha256: 'b8a52dc0',
    mebibytes: 4.729,
    numParams: 1_235_496,
    accuracy: { acc1: 58.178, acc5: 80.624 },
    gflops: 0.349,
    minSize: 17,
    recipe: 'https://github.com/pytorch/vision/pull/49#issuecomment-277560717',
  }),
];
