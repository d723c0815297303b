import * as tf from '@tensorflow/tfjs-core';

// Linear maps of images that are the product of one of rows and one of columns, each a matrix [out, in].

/** Makes the matrices of rows [H', H] and columns [W', W]. */
export type ImageMatrices = () => readonly [rows: tf.Tensor2D, columns: tf.Tensor2D];

/** [N, H, W, C] → [N, H', W', C] */
export function multiplyImage(x: tf.Tensor4D, [rows, columns]: ReturnType<ImageMatrices>): tf.Tensor4D {
  const wide = multiplyLastAxis(tf.transpose(x, [0, 1, 3, 2]), columns); // [N, H, C, W']
  const tall = multiplyLastAxis(tf.transpose(wide, [0, 3, 2, 1]), rows); // [N, W', C, H']
  return tf.transpose(tall, [0, 3, 1, 2]);
}

/** Of rank 2 inside: the product that wasm has a fast kernel for, some ten times as fast as one of a batch of matrices. */
function multiplyLastAxis(x: tf.Tensor4D, matrix: tf.Tensor2D): tf.Tensor4D {
  const [a, b, c, size] = x.shape;
  return tf.reshape(tf.matMul(tf.reshape(x, [a * b * c, size]), matrix, false, true), [a, b, c, matrix.shape[0]]);
}

/** A quicker way to multiply an image by matrices, which give its gradient: they are transposed there. */
export function insteadOfMatrices(
  x: tf.Tensor4D,
  quick: (x: tf.Tensor4D) => tf.Tensor4D,
  matricesOf: ImageMatrices,
): tf.Tensor4D {
  const op = tf.customGrad((input) => ({
    value: quick(input as tf.Tensor4D),
    gradFunc: (dy: tf.Tensor) =>
      tf.tidy(() => {
        const [rows, columns] = matricesOf();
        return multiplyImage(dy as tf.Tensor4D, [tf.transpose(rows), tf.transpose(columns)]);
      }),
  }));
  return op(x) as tf.Tensor4D;
}

/** The rows and columns of these positions: [N, H, W, C] → [N, rows, columns, C] */
export function gatherImage(x: tf.Tensor4D, rows: ArrayLike<number>, columns: ArrayLike<number>): tf.Tensor4D {
  const [, height, width] = x.shape;
  const gather = (image: tf.Tensor4D) => {
    const tall = tf.gather(image, tf.tensor1d(Array.from(rows), 'int32'), 1);
    return tf.gather(tall, tf.tensor1d(Array.from(columns), 'int32'), 2);
  };
  // The gradient of tf.gather is slow on every backend and hopeless on cpu.
  return insteadOfMatrices(x, gather, () => [selectionMatrix(rows, height), selectionMatrix(columns, width)]);
}

/** [positions, size]: 1 where a position is this one of `size`; a position outside selects nothing. */
export function selectionMatrix(positions: ArrayLike<number>, size: number): tf.Tensor2D {
  const values = new Float32Array(positions.length * size);
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!;
    if (position >= 0 && position < size) values[i * size + position] = 1;
  }
  return tf.tensor2d(values, [positions.length, size]);
}
