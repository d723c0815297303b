// AlexNet inference beside its peers in one run: the same ops written by hand in tfjs, and the same network in tf.layers.
//
//     npm run bench [backend]
import * as tf from '@tensorflow/tfjs';
import { backends, createAlexNet, type nn } from 'tfjs-zoo';
import { measure, report } from './measure.js';

const backend = (process.argv[2] ?? 'wasm') as backends.BackendName;
await backends.use(backend);
const model = (await createAlexNet()).eval();
const parameters = new Map([...model.namedParameters()].map(([name, { value }]) => [name, value]));
const weightOf = (layer: string) => parameters.get(`${layer}.weight`)!;
const biasOf = (layer: string) => parameters.get(`${layer}.bias`)!;

/** What a tfjs user would write: one fused op for convolution, bias and ReLU, weights in tfjs's layout already. */
function byHand(x: tf.Tensor4D): tf.Tensor {
  const convolve = (input: tf.Tensor4D, layer: number, strides: number, pad: number) =>
    tf.fused.conv2d({
      x: input,
      filter: weightOf(`features.${layer}`) as tf.Tensor4D,
      bias: biasOf(`features.${layer}`),
      strides,
      pad,
      activation: 'relu',
    });
  const multiply = (input: tf.Tensor2D, layer: number, activation?: 'relu') =>
    tf.fused.matMul({
      a: input,
      b: weightOf(`classifier.${layer}`) as tf.Tensor2D,
      bias: biasOf(`classifier.${layer}`),
      ...(activation && { activation }),
    });
  return tf.tidy(() => {
    let maps = tf.maxPool(convolve(x, 0, 4, 2), 3, 2, 'valid'); // [N, 27, 27, 64]
    maps = tf.maxPool(convolve(maps, 3, 1, 2), 3, 2, 'valid'); // [N, 13, 13, 192]
    maps = convolve(convolve(convolve(maps, 6, 1, 1), 8, 1, 1), 10, 1, 1); // [N, 13, 13, 256]
    const pooled = tf.maxPool(maps, 3, 2, 'valid'); // [N, 6, 6, 256]
    const rows = tf.reshape(tf.transpose(pooled, [0, 3, 1, 2]), [x.shape[0], 9216]) as tf.Tensor2D;
    const hidden = multiply(multiply(rows, 1, 'relu') as tf.Tensor2D, 4, 'relu');
    return multiply(hidden as tf.Tensor2D, 6);
  });
}

/** The same network in tf.layers, with weights of its own: only its time counts. */
function inLayers(): tf.Sequential {
  const { conv2d, maxPooling2d, flatten, dense, zeroPadding2d } = tf.layers;
  const convolution = (filters: number, kernelSize: number) =>
    conv2d({ filters, kernelSize, padding: 'same', activation: 'relu' });
  const pool = () => maxPooling2d({ poolSize: 3, strides: 2 });
  return tf.sequential({
    layers: [
      zeroPadding2d({ padding: 2, inputShape: [224, 224, 3] }),
      conv2d({ filters: 64, kernelSize: 11, strides: 4, activation: 'relu' }),
      ...[pool(), convolution(192, 5), pool(), convolution(384, 3), convolution(256, 3), convolution(256, 3), pool()],
      flatten(),
      dense({ units: 4096, activation: 'relu' }),
      dense({ units: 4096, activation: 'relu' }),
      dense({ units: 1000 }),
    ],
  });
}

const layers = inLayers();
for (const [batch, rounds] of [
  [1, 20],
  [8, 8],
] as const) {
  const x = tf.randomUniform([batch, 224, 224, 3]) as tf.Tensor4D;
  const toTheEnd = (forward: () => tf.Tensor) => async () => {
    const logits = forward();
    await logits.data();
    logits.dispose();
  };
  const timings = await measure(
    [
      { name: 'tfjs-zoo', run: toTheEnd(() => (model as nn.Module).forward(x)) },
      { name: 'tfjs ops by hand, fused', run: toTheEnd(() => byHand(x)) },
      { name: 'tf.layers', run: toTheEnd(() => layers.predict(x) as tf.Tensor) },
    ],
    rounds,
  );
  report(`AlexNet, batch ${batch}, ${backend}`, timings);
  x.dispose();
}
