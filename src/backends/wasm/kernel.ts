import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

/** What a kernel function is given: tensors by name, attributes by name, the backend. */
export interface KernelArgs {
  readonly inputs: Record<string, tf.TensorInfo | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: each kernel has attributes of its own, untyped in tfjs
  readonly attrs: Record<string, any>;
  readonly backend: BackendWasm;
}

/** A kernel of ours for the wasm backend. */
export interface WasmKernel {
  readonly kernelName: string;
  readonly kernelFunc: (args: KernelArgs) => tf.TensorInfo;
  /** Run once when the backend starts. */
  readonly setupFunc?: (backend: BackendWasm) => void;
}

/**
 * Computes a kernel's result by other ops. The inputs arrive as tensors that the tidy may dispose: each holds a reference of its
 * own, without which the caller's data would be freed with them.
 */
export function compose(
  { inputs, backend }: Pick<KernelArgs, 'inputs' | 'backend'>,
  fn: (tensors: Record<string, tf.Tensor>) => tf.Tensor,
): tf.TensorInfo {
  return tf.tidy(() => {
    const tensors: Record<string, tf.Tensor> = {};
    for (const [name, info] of Object.entries(inputs)) {
      if (!info) continue; // an optional input, such as the bias of a fused kernel
      backend.incRef(info.dataId);
      tensors[name] = tf.engine().makeTensorFromTensorInfo(info);
    }
    return fn(tensors);
  });
}

/** Where each window of a convolution or pooling begins in the image, how large it is, and how it steps. */
export type ConvInfo = tf.backend_util.Conv2DInfo;

/** Adds the rows and columns of a convolution's padding: [N, H, W, C] → [N, H + top + bottom, W + left + right, C] */
export function padBy(x: tf.Tensor4D, { padInfo: { top, bottom, left, right } }: ConvInfo): tf.Tensor4D {
  return tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
}

/** Puts `stride − 1` zeros between rows and columns: [N, H, W, C] → [N, (H − 1)·sh + 1, (W − 1)·sw + 1, C] */
export function spreadImage(x: tf.Tensor4D, strideHeight: number, strideWidth: number): tf.Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return x;
  const [count, height, width, channels] = x.shape;
  const wide = padBetween(tf.reshape(x, [count * height * width, 1, channels]), strideWidth);
  const tall = padBetween(tf.reshape(wide, [count * height, 1, width * strideWidth * channels]), strideHeight);
  const spread = tf.reshape(tall, [count, height * strideHeight, width * strideWidth, channels]) as tf.Tensor4D;
  return tf.slice(spread, 0, [count, (height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1, channels]);
}

/** [A, 1, B] → [A, step, B] with zeros behind */
function padBetween(x: tf.Tensor, step: number): tf.Tensor {
  return tf.pad(x, [
    [0, 0],
    [0, step - 1],
    [0, 0],
  ]);
}
