import * as tf from '@tensorflow/tfjs-core';

/** Puts zeros between rows and between columns: [N, H, W, C] → [N, (H − 1)·sh + 1, (W − 1)·sw + 1, C] */
export function spreadImage(x: tf.Tensor4D, [stepHeight, stepWidth]: readonly [number, number]): tf.Tensor4D {
  if (stepHeight === 1 && stepWidth === 1) return x;
  const [count, height, width, channels] = x.shape;
  const tall = spread(tf.reshape(x, [count, height, width * channels]), stepHeight); // [N, H', W·C]
  const newHeight = tall.shape[1]!;
  const wide = spread(tf.reshape(tall, [count * newHeight, width, channels]), stepWidth); // [N·H', W', C]
  return tf.reshape(wide, [count, newHeight, wide.shape[1]!, channels]);
}

/** Puts `dilation − 1` zeros between the taps: [KH, KW, I, O] → [(KH − 1)·dh + 1, (KW − 1)·dw + 1, I, O] */
export function dilateFilter(filter: tf.Tensor4D, dilation: readonly [number, number]): tf.Tensor4D {
  if (dilation[0] === 1 && dilation[1] === 1) return filter;
  const [height, width, inputs, outputs] = filter.shape;
  const dilated = spreadImage(tf.reshape(filter, [1, height, width, inputs * outputs]) as tf.Tensor4D, dilation);
  return tf.reshape(dilated, [dilated.shape[1], dilated.shape[2], inputs, outputs]);
}

/** Keeps every so many rows and columns, beginning with the first: [N, H, W, C] → [N, ceil(H / sh), ceil(W / sw), C] */
export function thinImage(x: tf.Tensor4D, [stepHeight, stepWidth]: readonly [number, number]): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const low = thin(tf.reshape(x, [count, height, width * channels]), stepHeight); // [N, H', W·C]
  const newHeight = low.shape[1]!;
  const narrow = thin(tf.reshape(low, [count * newHeight, width, channels]), stepWidth); // [N·H', W', C]
  return tf.reshape(narrow, [count, newHeight, narrow.shape[1]!, channels]);
}

/** Keeps every `step`th entry of the middle axis: [A, K, B] → [A, ceil(K / step), B] */
function thin(x: tf.Tensor, step: number): tf.Tensor {
  const [outer, length, inner] = x.shape as [number, number, number];
  const count = Math.ceil(length / step);
  const padded = tf.pad(x, [
    [0, 0],
    [0, count * step - length],
    [0, 0],
  ]);
  return tf.slice(tf.reshape(padded, [outer, count, step * inner]), [0, 0, 0], [outer, count, inner]);
}

/** Puts `step − 1` zeros between the entries of the middle axis: [A, K, B] → [A, (K − 1)·step + 1, B] */
function spread(x: tf.Tensor, step: number): tf.Tensor {
  const [outer, length, inner] = x.shape as [number, number, number];
  const padded = tf.pad(tf.reshape(x, [outer * length, 1, inner]), [
    [0, 0],
    [0, step - 1],
    [0, 0],
  ]);
  const size = (length - 1) * step + 1;
  return tf.slice(tf.reshape(padded, [outer, length * step, inner]), [0, 0, 0], [outer, size, inner]);
}
