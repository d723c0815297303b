import * as tf from '@tensorflow/tfjs-core';

/**
 * A linear map of images that is the product of one of rows and one of columns: matrices [H', H] and [W', W] take
 * [N, H, W, C] to [N, H', W', C].
 */
export function multiplyImage(x: tf.Tensor4D, rows: tf.Tensor2D, columns: tf.Tensor2D): tf.Tensor4D {
  const tall = multiplyRows(x, rows); // [N, H', W, C]
  const turned = multiplyRows(tf.transpose(tall, [0, 2, 1, 3]), columns); // [N, W', H', C]
  return tf.transpose(turned, [0, 2, 1, 3]);
}

function multiplyRows(x: tf.Tensor4D, matrix: tf.Tensor2D): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const [outHeight] = matrix.shape;
  const matrices = tf.tile(tf.reshape(matrix, [1, outHeight, height]), [count, 1, 1]);
  const product = tf.matMul(matrices, tf.reshape(x, [count, height, width * channels]));
  return tf.reshape(product, [count, outHeight, width, channels]);
}
