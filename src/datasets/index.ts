// Images and labels to learn from, and batches of them.
export { DataLoader, type DataLoaderOptions } from './data-loader.js';
export type { Batch, BatchSource, Dataset, Sample } from './dataset.js';
export { ImageFolder, type ImageFolderOptions } from './image-folder.js';
export type { ImageFolderRules } from './list-samples.js';
export { FashionMNIST, MNIST, type MnistOptions } from './mnist.js';
export { randomSplit } from './random-split.js';
export type { SampleSource, SampleStream } from './samples.js';
export { Subset } from './subset.js';
