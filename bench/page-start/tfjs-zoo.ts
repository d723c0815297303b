import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { createAlexNet } from 'tfjs-zoo';
import { startBackend } from '../engines/tfjs-zoo.js';
import { asked, image, measureStart } from './stages.js';

/** This package: a web folder, and a warm-up before the first image. */
export const report = () =>
  measureStart(async (ended) => {
    const { backend, threads } = asked();
    await startBackend(backend, threads);
    ended('backend');
    const model = (await createAlexNet({ weights: '/zoo/', cache: false })).eval();
    ended('weights');
    await model.warmup([...image.shape]);
    ended('warm-up');
    const x = tf.tensor(image.data, [...image.shape]);
    return async () => {
      const logits = model.forward(x);
      const values = await logits.data<'float32'>();
      logits.dispose();
      return values;
    };
  });
