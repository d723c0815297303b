import * as tf from '@tensorflow/tfjs-core';

// Products with a bias in one op. tf.fused has these ops too, but computes all of their gradients whenever one is asked for: that
// of the image, which the first layer of a network has no use for, would take a third of a convolution's time.

/** x [N, H, W, C], filter [KH, KW, C, K], bias [K] → [N, H', W', K] */
export function convWithBias(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor,
  attrs: { readonly strides: [number, number]; readonly pad: ConvPad },
): tf.Tensor4D {
  withGradientOf(tf.FusedConv2D, ['x', 'filter'], (dy, [image, weights], { strides, pad }) => {
    const geometry = { strides, pad, dataFormat: 'NHWC' };
    return {
      x: () => run(tf.Conv2DBackpropInput, { dy, filter: weights! }, { ...geometry, inputShape: image!.shape }),
      filter: () => run(tf.Conv2DBackpropFilter, { x: image!, dy }, { ...geometry, filterShape: weights!.shape }),
      bias: () => tf.sum(dy, [0, 1, 2]),
    };
  });
  const plain = { dataFormat: 'NHWC', dilations: [1, 1], activation: 'linear' };
  return run(tf.FusedConv2D, { x, filter, bias }, { ...plain, ...attrs }) as tf.Tensor4D;
}

/** x [N, I], weight [I, O], bias [O] → [N, O] */
export function productWithBias(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor): tf.Tensor2D {
  withGradientOf(tf._FusedMatMul, ['a', 'b'], (dy, [a, b]) => ({
    a: () => tf.matMul(dy, b!, false, true),
    b: () => tf.matMul(a!, dy, true, false),
    bias: () => tf.sum(dy, [0, 1]),
  }));
  const inputs = { a: tf.reshape(x, [1, ...x.shape]), b: tf.reshape(weight, [1, ...weight.shape]), bias };
  const out = run(tf._FusedMatMul, inputs, { transposeA: false, transposeB: false, activation: 'linear' });
  return tf.reshape(out, [x.shape[0], weight.shape[1]]);
}

/** What tfjs takes for a convolution's padding. */
export type ConvPad = Parameters<typeof tf.conv2d>[3];

// biome-ignore lint/suspicious/noExplicitAny: each kernel has attributes of its own, untyped in tfjs
type Attributes = Record<string, any>;

function run(kernelName: string, inputs: tf.NamedTensorMap, attrs: Attributes): tf.Tensor {
  return tf.engine().runKernel(kernelName, inputs, attrs);
}

/** Gives a kernel of tfjs, once, the gradients that it lacks, each to be computed where it is asked for. */
function withGradientOf(
  kernelName: string,
  inputsToSave: string[],
  gradients: (dy: tf.Tensor, saved: tf.Tensor[], attrs: Attributes) => Record<string, () => tf.Tensor>,
): void {
  if (tf.getGradient(kernelName)) return;
  tf.registerGradient({
    kernelName,
    inputsToSave,
    gradFunc: (dy, saved, attrs) => gradients(dy as tf.Tensor, saved, attrs as Attributes),
  });
}
