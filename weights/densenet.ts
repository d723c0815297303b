import type { WeightsEntry } from './entry.js';
import { imagenetEntry } from './imagenet.js';

/** torchvision's DenseNet weights. */
export const densenetWeights: readonly WeightsEntry[] = [
  imagenetEntry({
    model: 'densenet121',
    isDefault: true,
    file: 'densenet121-a639ec97.pth',
    sha256: 'a639ec97',
    mebibytes: 30.845,
    numParams: 7_978_856,
    accuracy: { acc1: 74.434, acc5: 91.972 },
    gflops: 2.834,
    minSize: 29,
    recipe: 'https://github.com/pytorch/vision/pull/116',
  }),
  imagenetEntry({
    model: 'densenet161',
    isDefault: true,
    file: 'densenet161-8d451a50.pth',
    sha256: '8d451a50',
    mebibytes: 110.369,
    numParams: 28_681_000,
    accuracy: { acc1: 77.138, acc5: 93.56 },
    gflops: 7.728,
    minSize: 29,
    recipe: 'https://github.com/pytorch/vision/pull/116',
  }),
  imagenetEntry({
    model: 'densenet169',
    isDefault: true,
    file: 'densenet169-b2777c0a.pth',
    sha256: 'b2777c0a',
    mebibytes: 54.708,
    numParams: 14_149_480,
    accuracy: { acc1: 75.6, acc5: 92.806 },
    gflops: 3.36,
    minSize: 29,
    recipe: 'https://github.com/pytorch/vision/pull/116',
  }),
  imagenetEntry({
    model: 'densenet201',
    isDefault: true,
    file: 'densenet201-c1103571.pth',
    sha256: 'c1103571',
    mebibytes: 77.373,
    numParams: 20_013_928,
    accuracy: { acc1: 76.896, acc5: 93.37 },
    gflops: 4.291,
    minSize: 29,
    recipe: 'https://github.com/pytorch/vision/pull/116',
  }),
];
