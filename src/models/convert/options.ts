import type { CheckpointOptions, WebDType, WebModel } from '../../../converters/index.js';
import type { FetchOptions } from '../../../weights/index.js';
import type { ImageSource } from '../../transforms/index.js';
import type { LoadProgress } from '../load-weights.js';
import type { ModelName } from '../zoo.js';
import type { Agreement } from './agreement.js';
import type { TargetFormat } from './target.js';

/** How far converting has come, in bytes. */
export interface ConvertProgress extends Omit<LoadProgress, 'stage'> {
  readonly stage: LoadProgress['stage'] | 'writing';
}

export interface ConvertOptions
  extends Pick<CheckpointOptions, 'key' | 'verify' | 'signal'>,
    Pick<FetchOptions, 'mirror' | 'cacheFolder'> {
  /** The architecture, which the weights then have to fit. Default: that of a published entry, or the one that a web folder names. */
  readonly model?: ModelName | undefined;
  /**
   * What weights are stored as: 'uint8' in web folders only. Biases and BatchNorm's statistics stay what they are, and so does a tensor with numbers
   * that float16 lacks. Default: 'float32' in web folders, in files what each tensor is.
   */
  readonly dtype?: WebDType | undefined;
  /** Labels in the order of the classes, for web folders. Default: those of the weights' entry, if they are as many as the classes. */
  readonly categories?: readonly string[] | undefined;
  /** Whether what is there is replaced. Default false. */
  readonly force?: boolean | undefined;
  /** Images to run both models on when all is written, to compare their logits; on the backend in use. */
  readonly compareOn?: readonly ImageSource[] | undefined;
  readonly onProgress?: ((progress: ConvertProgress) => void) | undefined;
}

/** What was written. */
export interface ConvertReport {
  readonly format: TargetFormat;
  /** Undefined where each tensor stayed what it was. */
  readonly dtype?: WebDType;
  readonly tensors: number;
  /** Of the file, or of a folder's shards together. */
  readonly bytes: number;
  /** Of a web folder. */
  readonly shards?: number;
  /** Of a web folder: names of tensors whose float64 values were rounded to float32. */
  readonly rounded?: readonly string[];
  readonly model?: WebModel;
  /** With `compareOn`. */
  readonly agreement?: Agreement;
}
