import * as tf from '@tensorflow/tfjs-core';
import type { KernelArgs, WasmKernel } from './kernel.js';
import { addressOf, type Simd, simdOf, valuesOf } from './simd.js';

/** Normalisation of channels by given statistics: as in PyTorch one product and one sum, on all threads. */
export function batchNormOf({ kernelFunc: stock, setupFunc }: WasmKernel): WasmKernel {
  return {
    kernelName: tf.FusedBatchNorm,
    ...(setupFunc && { setupFunc }),
    kernelFunc: (args) => {
      const simd = simdOf(args.backend);
      return simd && isOfChannels(args) ? normalize(args, simd) : stock(args);
    },
  };
}

/** Whether there is one float for each channel of x [..., C], and not, as tfjs allows, one for each of x. */
function isOfChannels({ inputs }: KernelArgs): boolean {
  const { x, ...statistics } = inputs as { x: tf.TensorInfo } & typeof inputs;
  const vectors = Object.values(statistics).filter((each) => each !== undefined);
  const isVector = ({ shape }: tf.TensorInfo) => shape.length === 1 && shape[0] === x.shape.at(-1);
  return vectors.every(isVector) && [x, ...vectors].every(({ dtype }) => dtype === 'float32');
}

function normalize({ inputs, attrs, backend }: KernelArgs, simd: Simd): tf.TensorInfo {
  const { x, mean, variance } = inputs as Record<'x' | 'mean' | 'variance', tf.TensorInfo>;
  const channels = mean.shape[0]!;
  const out = backend.makeOutput(x.shape, 'float32');
  const factors = backend.makeOutput([2, channels], 'float32');
  const tensors = [mean, variance, inputs.scale, inputs.offset, factors];
  const [means, variances, gains, offsets, values] = valuesOf(backend, tensors);
  for (let c = 0; c < channels; c++) {
    const scale = Math.fround((gains?.[c] ?? 1) / Math.sqrt(variances![c]! + attrs.varianceEpsilon));
    values![c] = scale;
    values![channels + c] = (offsets?.[c] ?? 0) - means![c]! * scale;
  }
  const size = tf.util.sizeFromShape(x.shape);
  const addresses = [x, out, factors].map((tensor) => addressOf(backend, tensor));
  simd.run('scaleAndShift', [...addresses, channels], size / channels, 2 * size);
  backend.disposeData(factors.dataId);
  return out;
}
