import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../core/index.js';
import { type PixelImage, toUnitInterval } from '../transforms/index.js';
import type { Batch, Sample } from './dataset.js';

/** A sample and its number in the data set, or in its stream. */
export interface NumberedSample extends Sample {
  readonly index: number;
}

/**
 * Puts samples together: images become float32 [N, H, W, C] from 0 to 1 as by `ToTensor`, tensors are stacked. Frees the samples' tensors.
 * @throws ShapeError where their shapes differ, ZooError where a label is none
 */
export function collate(samples: readonly NumberedSample[], classes: readonly string[] | undefined): Batch {
  try {
    expectLabels(samples, classes);
    expectSameShape(samples);
    const labels = tf.tensor1d(
      samples.map(({ label }) => label),
      'int32',
    );
    return { inputs: stack(samples.map(({ input }) => input)), labels };
  } finally {
    freeSamples(samples);
  }
}

export function freeSamples(samples: readonly Sample[]): void {
  for (const { input } of samples) if (input instanceof tf.Tensor) input.dispose();
}

function stack(inputs: readonly (PixelImage | tf.Tensor)[]): tf.Tensor {
  if (inputs[0] instanceof tf.Tensor) return tf.stack(inputs as tf.Tensor[]);
  const images = inputs as PixelImage[];
  const { width, height, data, channels = 3 } = images[0]!;
  const values = new Float32Array(images.length * data.length);
  images.forEach((image, i) => void toUnitInterval(image.data, values.subarray(i * data.length)));
  return tf.tensor4d(values, [images.length, height, width, channels]);
}

function shapeOf(input: PixelImage | tf.Tensor): string {
  if (input instanceof tf.Tensor) return `a tensor ${input.dtype} [${input.shape.join(', ')}]`;
  return `an image [${input.height}, ${input.width}, ${input.channels ?? 3}]`;
}

function expectSameShape(samples: readonly NumberedSample[]): void {
  const [first, ...others] = samples as [NumberedSample, ...NumberedSample[]];
  const shape = shapeOf(first.input);
  const other = others.find(({ input }) => shapeOf(input) !== shape);
  if (!other) return;
  throw new ShapeError(
    `DataLoader: expected samples of one shape in a batch, got ${shape} at index ${first.index} and ${shapeOf(other.input)} at index ${other.index}. Give the data set a transform that makes them alike, such as Resize([224, 224]), or Resize and CenterCrop.`,
  );
}

function expectLabels(samples: readonly NumberedSample[], classes: readonly string[] | undefined): void {
  const end = classes?.length ?? 2 ** 31;
  const wrong = samples.filter(({ label }) => !(Number.isInteger(label) && label >= 0 && label < end));
  if (wrong.length === 0) return;
  const expected = classes ? `integers from 0 to ${end - 1} (it has ${end} classes)` : 'integers from 0';
  const got = wrong.slice(0, 5).map(({ label, index }) => `${label} at index ${index}`);
  throw new ZooError(
    `DataLoader: expected labels to be ${expected}, got ${got.join(', ')}${wrong.length > 5 ? ` and ${wrong.length - 5} more` : ''}. Correct the data set.`,
  );
}
