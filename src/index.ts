// The public surface, grouped. Each group is also a subpath: 'tfjs-zoo/nn', 'tfjs-zoo/models' …

// Where trained weights come from.
export * as weights from '../weights/index.js';
export * as backends from './backends/index.js';
// Errors and the types of checkpoints.
export {
  CheckpointError,
  DownloadError,
  type DType,
  type HostTensor,
  ImageError,
  IntegrityError,
  ShapeError,
  type ShapeMismatch,
  type StateDict,
  StateDictError,
  type TypedArray,
  UninitializedError,
  ZooError,
} from './core/index.js';
// Images and labels to learn from.
export * as datasets from './datasets/index.js';
export * as models from './models/index.js';
export { createAlexNet, createClassifier, createFeatureExtractor, createModel, listModels } from './models/index.js';
// Layers and models.
export * as nn from './nn/index.js';
export { manualSeed, type ToTensorsOptions, toTensors } from './nn/index.js';
// What learns.
export * as training from './training/index.js';
// Images in, backends underneath.
export * as transforms from './transforms/index.js';
// What a model is made of.
export * as visualize from './visualize/index.js';
