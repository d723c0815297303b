import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../kernel.js';
import type { WebgpuBackend } from './backend.js';

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
    const pairs = [
      [info.strideHeight, info.strideWidth],
      [info.padInfo.top, info.padInfo.left],
      [info.filterHeight, info.filterWidth],
    ];
    const uniforms = pairs.map((data) => ({ type: 'int32' as const, data }));
    return (backend as WebgpuBackend).runWebGPUProgram(programFor(x.shape), [x, dy], x.dtype, uniforms);
  },
};

const WORKGROUP = 64;

/** A thread for each element of x gathers from the windows that it lies in. */
function programFor(outputShape: number[]) {
  return {
    variableNames: ['x', 'dy'],
    uniforms: 'strides : vec2<i32>, pads : vec2<i32>, window : vec2<i32>,',
    outputShape,
    workgroupSize: [WORKGROUP, 1, 1],
    dispatchLayout: { x: [0, 1, 2, 3] },
    dispatch: [Math.ceil(tf.util.sizeFromShape(outputShape) / WORKGROUP), 1, 1],
    size: true,
    shaderKey: 'maxPoolGradToFirst',
    getUserCode: () => code,
  };
}

const code = `
  // Whether no value of the window is larger than this one, nor one before it as large.
  fn isFirstMaximum(n : i32, row : i32, column : i32, c : i32, corner : vec2<i32>) -> bool {
    let value = getX(n, row, column, c);
    let begin = max(corner, vec2<i32>(0, 0));
    let end = min(corner + uniforms.window, uniforms.xShape.yz);
    for (var r = begin.x; r < end.x; r++) {
      for (var k = begin.y; k < end.y; k++) {
        let other = getX(n, r, k, c);
        let isBefore = r < row || (r == row && k < column);
        if (other > value || (isBefore && other == value)) {
          return false;
        }
      }
    }
    return true;
  }

  fn main(index : i32) {
    if (index < uniforms.size) {
      let coords = getCoordsFromIndex(index);
      // Where it lies in the padded image, and the windows that it lies in.
      let place = coords.yz + uniforms.pads;
      let first = max((place - uniforms.window) / uniforms.strides, vec2<i32>(0, 0));
      let last = min(place / uniforms.strides, uniforms.dyShape.yz - 1);
      var sum = 0.0;
      for (var r = first.x; r <= last.x; r++) {
        for (var k = first.y; k <= last.y; k++) {
          let corner = vec2<i32>(r, k) * uniforms.strides;
          let isInside = all(place - corner < uniforms.window);
          if (isInside && isFirstMaximum(coords.x, coords.y, coords.z, coords.w, corner - uniforms.pads)) {
            sum += getDy(coords.x, r, k, coords.w);
          }
        }
      }
      setOutputAtIndex(index, sum);
    }
  }`;
