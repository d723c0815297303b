import { toChannelsFirst } from '../engines/engine.js';
import type { OnnxRuntime } from '../engines/onnxruntime.js';
import { asked, image, type Program } from './stages.js';

/** onnxruntime-web: an ONNX file. */
export const program: Program = async (ended) => {
  const { backend, threads } = asked();
  const name = backend === 'webgpu' ? 'onnxruntime-web/webgpu' : 'onnxruntime-web';
  const ort = (await import(name)) as OnnxRuntime;
  ort.env.wasm.numThreads = threads;
  ended('backend');
  const session = await ort.InferenceSession.create('/alexnet.onnx', {
    executionProviders: [backend],
    graphOptimizationLevel: 'all',
  });
  ended('weights');
  const { shape, data } = toChannelsFirst(image);
  const x = new ort.Tensor('float32', data, shape);
  return async () => (await session.run({ x }))[session.outputNames[0]!]!.data;
};
