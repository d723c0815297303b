import * as tf from '@tensorflow/tfjs-core';

/** Pillow's fixed-point luma of interleaved RGB bytes: the weights 0.299, 0.587 and 0.114 times 65536, rounded. */
export function lumaBytes(rgb: Uint8Array): Uint8Array {
  const luma = new Uint8Array(rgb.length / 3);
  for (let i = 0; i < luma.length; i++) {
    luma[i] = (rgb[3 * i]! * 19595 + rgb[3 * i + 1]! * 38470 + rgb[3 * i + 2]! * 7471 + 0x8000) >> 16;
  }
  return luma;
}

/** Gray as red, green and blue. */
export function repeatThrice(luma: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(luma.length * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = luma[Math.trunc(i / 3)]!;
  return rgb;
}

/** torchvision's luma of a tensor [..., H, W, 3], as [..., H, W, 1]. */
export function lumaTensor(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sum(tf.mul(x, tf.tensor1d([0.2989, 0.587, 0.114])), -1, true));
}
