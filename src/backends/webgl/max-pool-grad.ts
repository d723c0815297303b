import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../kernel.js';
import type { WebglBackend, WebglProgram } from './backend.js';

/**
 * Gradient of max pooling: each window hands its upstream gradient to the first of its largest values, as in PyTorch. The stock
 * kernel hands it to the last.
 */
export const maxPoolGrad: Kernel = {
  kernelName: tf.MaxPoolGrad,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { dy, input: x } = inputs as { dy: tf.Tensor4D; input: tf.Tensor4D };
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
    return (backend as WebglBackend).runWebGLProgram(programFor(info), [x, dy], x.dtype);
  },
};

/** A fragment for each element of x gathers from the windows that it lies in. Sizes are written out, for WebGL 1 takes no others in loops. */
function programFor(info: tf.backend_util.Conv2DInfo): WebglProgram {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } =
    info;
  const userCode = `
  // Whether no value of the window is larger than this one, nor one before it as large.
  bool isFirstMaximum(int n, int row, int column, int c, int top, int left) {
    float value = getX(n, row, column, c);
    for (int r = 0; r < ${filterHeight}; r++) {
      int y = top + r;
      if (y < 0 || y >= ${inHeight}) continue;
      for (int k = 0; k < ${filterWidth}; k++) {
        int x = left + k;
        if (x < 0 || x >= ${inWidth}) continue;
        float other = getX(n, y, x, c);
        bool isBefore = y < row || (y == row && x < column);
        if (other > value || (isBefore && other == value)) return false;
      }
    }
    return true;
  }

  void main() {
    ivec4 coords = getOutputCoords();
    float total = 0.0;
    for (int r = 0; r < ${filterHeight}; r++) {
      // Where a window begins in the padded image in which this is the row r.
      int top = coords.y + ${padInfo.top} - r;
      if (top < 0 || imod(top, ${strideHeight}) != 0 || top / ${strideHeight} >= ${outHeight}) continue;
      for (int k = 0; k < ${filterWidth}; k++) {
        int left = coords.z + ${padInfo.left} - k;
        if (left < 0 || imod(left, ${strideWidth}) != 0 || left / ${strideWidth} >= ${outWidth}) continue;
        if (isFirstMaximum(coords.x, coords.y, coords.z, coords.w, top - ${padInfo.top}, left - ${padInfo.left})) {
          total += getDy(coords.x, top / ${strideHeight}, left / ${strideWidth}, coords.w);
        }
      }
    }
    setOutput(total);
  }`;
  return { variableNames: ['x', 'dy'], outputShape: info.inShape, userCode };
}
