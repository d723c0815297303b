import { readCheckpoint } from 'tfjs-zoo/converters';
import { onnxOf } from '../onnx/network.js';
import {
  alexnetEngine,
  type EngineOptions,
  type Program,
  type StartEngine,
  toChannelsFirst,
  type Values,
} from './engine.js';

/** As much of onnxruntime-common as the benchmarks use: the packages need not be installed. */
export interface OnnxRuntime {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly Tensor: new (dtype: 'float32', data: Float32Array, shape: readonly number[]) => OnnxTensor;
  readonly InferenceSession: { create(model: Uint8Array | string, options: object): Promise<Session> };
}

interface OnnxTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

interface Session {
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
  release(): Promise<void>;
}

/** Makes programs of model files, whose input is called 'x'. */
export type MakeProgram = (model: Uint8Array, input: Values) => Promise<Program>;

/** onnxruntime-web's wasm or onnxruntime-node's CPU, with every graph optimisation. */
export async function startRuntime({ backend, threads }: EngineOptions): Promise<MakeProgram> {
  const ort = (await import(backend)) as OnnxRuntime;
  ort.env.wasm.numThreads = threads;
  const options = {
    executionProviders: [backend === 'onnxruntime-web' ? 'wasm' : 'cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads, // onnxruntime-node's; the wasm one takes env.wasm.numThreads
  };
  return async (model, input) => {
    const isImage = input.shape.length === 4;
    const { shape, data } = isImage ? toChannelsFirst(input) : input;
    const session = await ort.InferenceSession.create(model, options);
    const x = new ort.Tensor('float32', data, shape);
    return {
      isChannelsFirst: isImage,
      async run() {
        const { dims, data } = (await session.run({ x }))[session.outputNames[0]!]!;
        return { shape: dims, data };
      },
      dispose: () => session.release(),
    };
  };
}

/** AlexNet, from a file that this bench writes. */
export const start: StartEngine = async (options) => {
  const program = await startRuntime(options);
  const { stateDict } = await readCheckpoint(options.checkpoint);
  return alexnetEngine(async (layers, x) => {
    const shape = x.shape.length === 4 ? toChannelsFirst(x).shape : x.shape;
    const model = new Blob(onnxOf(layers, stateDict, shape) as Uint8Array<ArrayBuffer>[]);
    return program(new Uint8Array(await model.arrayBuffer()), x);
  });
};
