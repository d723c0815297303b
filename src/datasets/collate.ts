import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../core/index.js';
import { checkImage, type PixelImage, toUnitInterval } from '../transforms/index.js';
import type { Batch, Sample } from './dataset.js';

/** A sample and its number in the data set, or in its stream. */
export interface NumberedSample extends Sample {
  readonly index: number;
}

/**
 * Gives a sample its number.
 * @throws ZooError where it is none
 */
export function numbered(sample: Sample, index: number): NumberedSample {
  if (typeof sample !== 'object' || sample === null || !('input' in sample && 'label' in sample)) {
    const got = Object(sample) === sample ? `an object with ${Object.keys(sample).join(', ') || 'no fields'}` : sample;
    throw new ZooError(
      `DataLoader: expected a sample { input, label } at index ${index}, got ${got}. Correct the data set.`,
    );
  }
  return { input: sample.input, label: sample.label, index };
}

/**
 * Puts samples together: images become float32 [N, H, W, C] from 0 to 1 as by `ToTensor`, tensors are stacked. Frees the samples' tensors.
 * @throws ShapeError where their shapes differ, ZooError where a label is none
 */
export function collate(samples: readonly NumberedSample[], classes: readonly string[] | undefined): Batch {
  try {
    expectLabels(samples, classes);
    expectSameShape(samples);
    const inputs = stack(samples.map(({ input }) => input));
    const labels = tf.tensor1d(
      samples.map(({ label }) => label),
      'int32',
    );
    return { inputs, labels };
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

function expectSameShape(samples: readonly NumberedSample[]): void {
  const shapes = samples.map(shapeOf);
  const other = shapes.findIndex((shape) => shape !== shapes[0]);
  if (other < 0) return;
  throw new ShapeError(
    `DataLoader: expected samples of one shape in a batch, got ${shapes[0]} at index ${samples[0]!.index} and ${shapes[other]} at index ${samples[other]!.index}. Give the data set a transform that makes them alike: Resize([224, 224]), or Resize(256) and CenterCrop(224).`,
  );
}

function shapeOf({ input, index }: NumberedSample): string {
  if (input instanceof tf.Tensor) return `a tensor ${input.dtype} [${input.shape.join(', ')}]`;
  checkImage(`DataLoader (sample ${index})`, input);
  return `an image [${input.height}, ${input.width}, ${input.channels ?? 3}]`;
}

function expectLabels(samples: readonly NumberedSample[], classes: readonly string[] | undefined): void {
  const end = classes?.length ?? 2 ** 31;
  const wrong = samples.filter(({ label }) => !(Number.isInteger(label) && label >= 0 && label < end));
  if (wrong.length === 0) return;
  const expected = classes ? `integers from 0 to ${end - 1}, for ${end} classes` : 'integers from 0';
  const got = wrong.slice(0, 5).map(({ label, index }) => `${label} at index ${index}`);
  if (wrong.length > 5) got.push(`${wrong.length - 5} more in the batch`);
  throw new ZooError(`DataLoader: expected labels to be ${expected}, got ${got.join(', ')}. Correct the data set.`);
}
