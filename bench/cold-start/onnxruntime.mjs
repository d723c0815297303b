import { readFile } from 'node:fs/promises';
import { measureStages } from './stages.mjs';

const [, , file, packageName, threads] = process.argv;
const isWeb = packageName === 'onnxruntime-web';

await measureStages(async (ended) => {
  const ort = await import(packageName);
  ended('imports');

  ort.env.wasm.numThreads = Number(threads);
  const session = await ort.InferenceSession.create(isWeb ? await readFile(file) : file, {
    executionProviders: [isWeb ? 'wasm' : 'cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: Number(threads),
  });
  ended('weights');

  const image = new Float32Array(3 * 224 * 224).fill(0.5);
  const outputs = await session.run({ x: new ort.Tensor('float32', image, [1, 3, 224, 224]) });
  ended('forward');
  return outputs[session.outputNames[0]].data;
});
