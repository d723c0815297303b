// Checkpoint bytes ⇄ state dicts. No tfjs and no nn.

export { CheckpointError, type HostTensor, type StateDict } from '../src/core/index.js';
export {
  type Checkpoint,
  type CheckpointFormat,
  type CheckpointOptions,
  type OpenCheckpoint,
  openCheckpoint,
  type ReadCheckpointOptions,
  readCheckpoint,
  type TensorEntry,
} from './checkpoint.js';
export { PickleGlobal, PickleObject } from './pickle/objects.js';
export { writeBytes } from './sinks/file.js';
export type { CheckpointTarget, WriteOptions, WriteProgress } from './sinks/sink.js';
export type { CheckpointSource, ReadOptions, ReadProgress } from './sources/source.js';
export { TensorRef } from './torch/tensor-ref.js';
export { findFolder } from './web/find-folder.js';
export type { WebModel } from './web/manifest.js';
export { openWeb, toHost } from './web/open-web.js';
export type { WebTensor } from './web/parse-manifest.js';
export type { WebDType } from './web/quantize.js';
export { openWebFolder, readInOrder, type WebFolder, type WebValues } from './web/read-web.js';
export { type WebFolderOptions, type WebFolderReport, writeWebFolder } from './web/write-web.js';
export { PickleCounter, PickleFloat } from './write/pickle-writer.js';
export { type SafetensorsOptions, writeSafetensors } from './write/safetensors.js';
export type { UnreadTensor, WritableTensor } from './write/tensor-problem.js';
export { writeTorchCheckpoint } from './write/torch-checkpoint.js';
