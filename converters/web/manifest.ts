import type { DType } from '../../src/core/index.js';

// The web format is TensorFlow.js's own weights manifest, in a model.json as tfjs-converter writes it, so that tf.io.loadWeights reads it too.
// What it lacks to give a checkpoint back stands beside: fields that tfjs passes over.

export const MANIFEST_NAME = 'model.json';

/** Values are stored as these, where they are not stored as they are: value = stored · scale + min. */
export type Quantization =
  | { readonly dtype: 'uint8' | 'uint16'; readonly scale: number; readonly min: number }
  | { readonly dtype: 'float16' };

/** What an entry is in a checkpoint. */
export interface CheckpointOrigin {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The checkpoint axis of each axis of the entry's tensor; null where they are the same. */
  readonly permutation: readonly number[] | null;
  /** Of a tensor that is stored by blocks of output channels: its name, and the channel of its last axis that this block begins with. */
  readonly block?: { readonly of: string; readonly begin: number } | undefined;
}

/** One tensor in the shards, or one block of it. */
export interface WebEntry {
  readonly name: string;
  /** As it lies in memory: [KH, KW, I, O], [in, out]. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly quantization?: Quantization | undefined;
  /** Not there in manifests of other authors. */
  readonly checkpoint?: CheckpointOrigin | undefined;
}

/** Entries whose bytes lie one behind the other, through all of the group's shards. */
export interface WebGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WebEntry[];
  /** Of each shard; not there in manifests of other authors. */
  readonly bytes?: readonly number[] | undefined;
  readonly sha256?: readonly string[] | undefined;
}

/** What a web folder says of its weights beside them. */
export interface WebModel {
  /** What `createModel` takes. */
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The contents of model.json. */
export interface WebManifest {
  readonly format: 'tfjs-zoo';
  readonly generatedBy: string;
  readonly model?: WebModel | undefined;
  /** Labels by class index. */
  readonly categories?: readonly string[] | undefined;
  /** Options of `transforms.ImageClassification`. */
  readonly transforms?: Readonly<Record<string, unknown>> | undefined;
  readonly weightsManifest: readonly WebGroup[];
}

const widths = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

/** Bytes of an element in the shards. */
export function storedWidth({ dtype, quantization }: Pick<WebEntry, 'dtype' | 'quantization'>): number {
  return widths[quantization?.dtype ?? dtype];
}
