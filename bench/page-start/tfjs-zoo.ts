import * as tf from '@tensorflow/tfjs-core';
import { backends, createAlexNet } from 'tfjs-zoo';
import { asked, image, type Program } from './stages.js';

/** This package: a web folder. There is no warm-up: it is for a page that has time before its first image. */
export const program: Program = async (ended) => {
  const { backend, threads } = asked();
  if (backend === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
  await backends.use(backend as backends.BackendName, backend === 'wasm' ? { threads } : {});
  ended('backend');
  const model = (await createAlexNet({ weights: '/zoo/' })).eval();
  ended('weights');
  const x = tf.tensor(image.data, [...image.shape]);
  return async () => {
    const logits = model.forward(x);
    const values = await logits.data<'float32'>();
    logits.dispose();
    return values;
  };
};
