import { readCheckpoint } from 'tfjs-zoo/converters';
import { onnxOf } from '../onnx/network.js';
import { type StartEngine, toChannelsFirst } from './engine.js';

/** As much of onnxruntime-common as the benchmarks use: the packages need not be installed. */
export interface OnnxRuntime {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly Tensor: new (dtype: 'float32', data: Float32Array, shape: readonly number[]) => OnnxTensor;
  readonly InferenceSession: { create(model: Uint8Array | string, options: object): Promise<Session> };
}

interface OnnxTensor {
  readonly data: Float32Array;
}

interface Session {
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
  release(): Promise<void>;
}

/** onnxruntime-web's wasm or onnxruntime-node's CPU, with every graph optimisation. */
export const start: StartEngine = async ({ backend, threads, checkpoint }) => {
  const ort = (await import(backend)) as OnnxRuntime;
  ort.env.wasm.numThreads = threads;
  const options = {
    executionProviders: [backend === 'onnxruntime-web' ? 'wasm' : 'cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads, // onnxruntime-node's; the wasm one takes env.wasm.numThreads
  };
  const { stateDict } = await readCheckpoint(checkpoint);
  return {
    async compile(layers, input) {
      const isImage = input.shape.length === 4;
      const { shape, data } = isImage ? toChannelsFirst(input) : input;
      const model = new Blob(onnxOf(layers, stateDict, shape) as Uint8Array<ArrayBuffer>[]);
      const session = await ort.InferenceSession.create(new Uint8Array(await model.arrayBuffer()), options);
      const x = new ort.Tensor('float32', data, shape);
      return {
        isChannelsFirst: isImage,
        run: async () => (await session.run({ x }))[session.outputNames[0]!]!.data,
        dispose: () => session.release(),
      };
    },
  };
};
