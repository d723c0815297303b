import type { WeightsEntry } from './entry.js';
import { imagenetEntry } from './imagenet.js';

/** torchvision's MobileNet_V2_Weights. */
export const mobilenetV2Weights: readonly WeightsEntry[] = [
  imagenetEntry({
    model: 'mobilenet_v2',
    file: 'mobilenet_v2-b0353104.pth',
    sha256: 'b0353104',
    mebibytes: 13.555,
    numParams: 3_504_872,
    accuracy: { acc1: 71.878, acc5: 90.286 },
    gflops: 0.301,
    minSize: 1,
    recipe: 'https://github.com/pytorch/vision/tree/main/references/classification#mobilenetv2',
  }),
  imagenetEntry({
    model: 'mobilenet_v2',
    name: 'IMAGENET1K_V2',
    isDefault: true,
    file: 'mobilenet_v2-7ebf99e0.pth',
    sha256: '7ebf99e0',
    mebibytes: 13.598,
    numParams: 3_504_872,
    accuracy: { acc1: 72.154, acc5: 90.822 },
    gflops: 0.301,
    resizeSize: 232,
    minSize: 1,
    recipe: 'https://github.com/pytorch/vision/issues/3995#new-recipe-with-reg-tuning',
  }),
];
