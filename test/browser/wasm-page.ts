import * as tf from '@tensorflow/tfjs-core';
import { backends, createClassifier, manualSeed, models, nn, training } from 'tfjs-zoo';

// What wasm.test.ts runs in a page, in a worker of one, and in Node.

/** Every logit of a photograph, by class; tensors that a second run leaves behind. */
async function classify(weights: string, image: string): Promise<{ logits: number[]; leaked: number }> {
  const classifier = await createClassifier('alexnet', { weights });
  await classifier.classify(image); // from here on, what is kept beside weights is there
  const before = tf.memory().numTensors;
  const predictions = await classifier.classify(image, { top: 1000 });
  const leaked = tf.memory().numTensors - before;
  classifier.dispose();
  const logits = predictions.sort((a, b) => a.classIndex - b.classIndex).map(({ logit }) => logit);
  return { logits, leaked };
}

/** The losses of some steps of LeNet. */
async function train(): Promise<{ losses: number[]; leaked: number }> {
  const before = tf.memory().numTensors;
  manualSeed(1);
  const model = new models.LeNet();
  const optimizer = new training.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  const loss = new nn.CrossEntropyLoss();
  const x = tf.tidy(() => tf.sin(tf.reshape(tf.range(0, 64 * 28 * 28), [64, 28, 28, 1])));
  const target = tf.tensor1d(
    Array.from({ length: 64 }, (_, i) => i % 10),
    'int32',
  );
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) {
    const { value, grads } = training.valueAndGrads(model, () => loss.forward(model.forward(x), target) as tf.Scalar);
    losses.push((await value.data())[0]!);
    optimizer.step(grads);
    tf.dispose([value, ...grads.values()]);
  }
  optimizer.dispose();
  model.dispose();
  tf.dispose([x, target]);
  return { losses, leaked: tf.memory().numTensors - before };
}

/** What layers give that are large enough for all threads: convolutions of both kinds, pools, rows and one row. */
async function compute(): Promise<number[]> {
  manualSeed(1);
  const model = new nn.Sequential(
    new nn.Conv2d(3, 64, 11, { stride: 4, padding: 2 }),
    new nn.ReLU(),
    new nn.MaxPool2d(3, { stride: 2 }),
    new nn.Conv2d(64, 96, 5, { padding: 2 }),
    new nn.MaxPool2d(3, { stride: 2 }),
    new nn.Flatten(),
    new nn.Linear(96 * 13 * 13, 64),
  );
  const outputs = [1, 3].map((count) =>
    tf.tidy(() => model.forward(tf.sin(tf.reshape(tf.range(0, count * 224 * 224 * 3), [count, 224, 224, 3])))),
  );
  const values = await Promise.all(outputs.map((output) => output.data()));
  model.dispose();
  tf.dispose(outputs);
  return values.flatMap((each) => [...each]);
}

/** Has the backend hold a tensor, which it keeps. */
async function holdTensor(): Promise<void> {
  tf.ones([2]);
}

/** Has tfjs believe that there are no vector instructions. */
async function forgetVectors(): Promise<void> {
  tf.env().set('WASM_HAS_SIMD_SUPPORT', false);
}

export const wasmPage = { use: backends.use, classify, train, compute, holdTensor, forgetVectors };
