import type * as tf from '@tensorflow/tfjs-core';

/** What of tfjs' backend is used here: the types of its package want others that are not installed. */
export interface WebglBackend extends tf.KernelBackend {
  readonly gpgpu: {
    readonly gl: WebGL2RenderingContext;
    /** What waits for the GPU. */
    readonly itemsToPoll: { readonly resolveFn: () => void }[];
  };
  readonly texData: { get(dataId: tf.DataId): TextureData };
  /** Makes the texture of a tensor that has none. */
  uploadToGPU(dataId: tf.DataId): void;
  acquireTexture(texShape: [number, number], usage: unknown, dtype: tf.DataType, isPacked?: boolean): object;
  runWebGLProgram(
    program: WebglProgram,
    inputs: tf.TensorInfo[],
    dtype: tf.DataType,
    ...more: unknown[]
  ): tf.TensorInfo;
}

/** Where a tensor lies. */
interface TextureData {
  readonly shape: number[];
  readonly dtype: tf.DataType;
  values?: tf.BackendValues | null;
  readonly usage?: unknown;
  readonly isPacked?: boolean;
  texture?: object | null;
  texShape?: [number, number];
}

/** A shader: what it reads, what it makes, and the code between. */
export interface WebglProgram {
  readonly variableNames: string[];
  readonly outputShape: number[];
  readonly userCode: string;
}
