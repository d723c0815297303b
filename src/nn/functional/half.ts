import * as tf from '@tensorflow/tfjs-core';

/** Whether tensors hold 16-bit floats, which end at 65504: on webgl, where a GPU renders to no others. */
export function isHalf(): boolean {
  return tf.getBackend() === 'webgl' && !tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED');
}
