import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { asked, image, type Program } from './stages.js';

/** tf.layers with the backends as they are released: a saved model of theirs. */
export const program: Program = async (ended) => {
  const { backend, threads } = asked();
  if (backend === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
  setWasmPaths('/');
  setThreadsCount(threads);
  if (!(await tf.setBackend(backend))) throw new Error(`${backend} did not start`);
  ended('backend');
  const model = await tf.loadLayersModel('/layers/model.json');
  ended('weights');
  const x = tf.tensor(image.data, [...image.shape]);
  return async () => {
    const logits = model.predict(x) as tf.Tensor;
    const values = await logits.data<'float32'>();
    logits.dispose();
    return values;
  };
};
