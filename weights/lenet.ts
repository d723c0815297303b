import type { WeightsEntry } from './entry.js';
import { placedAddress } from './placed-address.js';

/** Of the web folder that scripts/pack-lenet.ts made. Each address is written out, for bundlers look for such. */
const files = {
  'model.json': placedAddress(new URL('./lenet_fashion_mnist/model.json', import.meta.url)),
  'weights-001.bin': placedAddress(new URL('./lenet_fashion_mnist/weights-001.bin', import.meta.url)),
};

/**
 * LeNet, trained by this package: lenet_fashion_mnist/README.md says how. Images are gray on black, 28 × 28, from 0 to 1. Its model.json has the labels, for
 * those of another LeNet of ten classes, such as MNIST's, are others.
 */
export const lenetWeights: readonly WeightsEntry[] = [
  {
    name: 'FASHION_MNIST',
    model: 'lenet',
    isDefault: true,
    numParams: 44_426,
    // Of the 10,000 test images, behind the last epoch: tfjs-zoo evaluate --model lenet --data fashion-mnist. The second is TopK(5).
    accuracy: { acc1: 90.5, acc5: 99.86 },
    gflops: 0.00028164,
    licence: 'Apache-2.0, as this package; trained on Fashion-MNIST (MIT, copyright 2017 Zalando SE)',
    recipe: 'https://github.com/zalandoresearch/fashion-mnist',
    minSize: [28, 28],
    url: files['model.json'],
    files,
    sha256: '15fa42e78983a609fd7fcace9285e32163180cc7deef0bfd395533db07165af6',
    size: { bytes: 179_338 },
  },
];
