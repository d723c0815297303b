import { measureStages } from './stages.mjs';

const [, , checkpoint, backend, threads] = process.argv;

await measureStages(async (ended) => {
  const { backends, createAlexNet } = await import('tfjs-zoo');
  const tf = await import('@tensorflow/tfjs-core');
  ended('imports');

  const info = await backends.use(backend, backend === 'wasm' ? { threads: Number(threads) } : {});
  if (backend === 'wasm' && info.threads !== Number(threads))
    throw new Error(`expected threads, got ${info.threadsReason}`);
  ended('backend');

  let isOpen = false;
  const onProgress = () => {
    if (!isOpen) ended('opening');
    isOpen = true;
  };
  const model = await createAlexNet({ weights: checkpoint, onProgress });
  ended('weights');

  const logits = await model
    .eval()
    .forward(tf.fill([1, 224, 224, 3], 0.5))
    .data();
  ended('forward');
  return logits;
});
