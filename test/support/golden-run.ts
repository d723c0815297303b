import * as tf from '@tensorflow/tfjs-core';
import type { nn } from 'tfjs-zoo';
import type { HostTensor } from '../../src/core/index.js';

/** A tensor read back, as backends return it: shape and data in memory layout. */
export interface ReadBack {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export async function read(tensor: tf.Tensor): Promise<ReadBack> {
  return { shape: tensor.shape, data: (await tensor.data()) as Float32Array };
}

/** Integers become int32, as class indices are. */
export function toTensor({ dtype, shape, data }: HostTensor): tf.Tensor {
  if (dtype === 'int64') return tf.tensor(Int32Array.from(data, Number), [...shape], 'int32');
  return tf.tensor(data as Float32Array, [...shape], 'float32');
}

/** A state-dict entry as numbers, int64 too. */
export function toNumbers({ shape, data }: HostTensor): ReadBack {
  return { shape, data: Array.from(data, Number) };
}

/** Output and gradients of sum(output · upstream) from one forward pass; everything in memory layout. */
export async function forwardAndBackward(
  module: nn.Module<[tf.Tensor, ...unknown[]]>,
  inputs: { input: HostTensor; upstream: HostTensor; extra?: readonly HostTensor[] },
  forwardOptions?: object,
) {
  const value = toTensor(inputs.input);
  const input = tf.variable(value);
  const extraValues = (inputs.extra ?? []).map(toTensor);
  const extra = extraValues.map((tensor) => tf.variable(tensor));
  const floats = extra.filter(({ dtype }) => dtype === 'float32');
  const upstream = toTensor(inputs.upstream);
  const parameters = [...module.namedParameters()];
  const outputs: tf.Tensor[] = [];
  const loss = () => {
    const output = tf.keep(module.forward(input, ...extra, ...(forwardOptions ? [forwardOptions] : [])));
    outputs.push(output);
    return tf.sum(tf.mul(output, upstream)) as tf.Scalar;
  };
  const { value: total, grads } = tf.variableGrads(loss, [
    input,
    ...floats,
    ...parameters.map(([, parameter]) => parameter.value),
  ]);
  const gradParameters = new Map<string, ReadBack>();
  for (const [name, parameter] of parameters) gradParameters.set(name, await read(grads[parameter.value.name]!));
  const gradExtra: ReadBack[] = [];
  for (const variable of floats) gradExtra.push(await read(grads[variable.name]!));
  const gradInput = await read(grads[input.name]!);
  const result = { output: await read(outputs[0]!), gradInput, gradExtra, gradParameters };
  tf.dispose([value, input, extraValues, extra, upstream, outputs, total, grads]);
  return result;
}
