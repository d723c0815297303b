import * as tf from '@tensorflow/tfjs-core';
import type { Kernel } from '../kernel.js';
import type { WebglBackend } from './backend.js';

/** Bounds values by themselves. The stock kernel leaves four as they are where one of them is NaN. */
export const clipByValue: Kernel = {
  kernelName: tf.ClipByValue,
  kernelFunc: ({ inputs, attrs, backend }) => {
    const x = inputs.x!;
    const program = { ...bounded, outputShape: x.shape };
    return (backend as WebglBackend).runWebGLProgram(program, [x], x.dtype, [
      [attrs.clipValueMin],
      [attrs.clipValueMax],
    ]);
  },
};

const bounded = {
  variableNames: ['A'],
  packedInputs: true,
  packedOutput: true,
  customUniforms: [
    { name: 'least', type: 'float' },
    { name: 'most', type: 'float' },
  ],
  userCode: `
  void main() {
    vec4 value = getAAtOutCoords();
    bvec4 isNaN = isnan(value);
    vec4 result = clamp(value, vec4(least), vec4(most));
    setOutput(vec4(
      isNaN.x ? value.x : result.x, isNaN.y ? value.y : result.y, isNaN.z ? value.z : result.z, isNaN.w ? value.w : result.w));
  }`,
};
