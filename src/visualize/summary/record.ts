import * as tf from '@tensorflow/tfjs-core';
import { type AnyModule, Parameter } from '../../nn/index.js';
import { multiplyAddsOf } from './multiply-adds.js';
import { inModes, passZeros, watching } from './watch.js';

/** One call of a layer, or a layer that was not called. */
export interface Call {
  readonly layer: AnyModule;
  /** Null where the output is no tensor, or there was no call. */
  outputShape: readonly number[] | null;
  multiplyAdds: number;
  activationBytes: number;
}

/**
 * Passes zeros through a model in evaluation mode, and notes each call of its layers in the order in which the calls begin; layers
 * that were not called come last.
 * @param onCall told of each call, with what the layer was given, before it computes
 */
export function recordCalls(
  model: AnyModule,
  inputShape: readonly number[],
  onCall: (call: Call, args: readonly unknown[]) => void = () => {},
): Call[] {
  const layers = [...model.modules()].filter(isLayer);
  const calls: Call[] = [];
  const record = (layer: AnyModule, args: readonly unknown[], compute: () => unknown) => {
    const call = notCalled(layer);
    calls.push(call);
    onCall(call, args);
    const output = compute();
    if (output instanceof tf.Tensor) call.outputShape = output.shape;
    call.multiplyAdds = multiplyAddsOf(layer, args, output);
    call.activationBytes = bytesOf(output);
    return output;
  };
  inModes(
    model,
    () => false,
    () => watching(layers, record, () => passZeros(model, inputShape)),
  );
  const called = new Set(calls.map(({ layer }) => layer));
  return [...calls, ...layers.filter((layer) => !called.has(layer)).map(notCalled)];
}

export function ownParameters(module: AnyModule): Parameter[] {
  return Object.values(module).filter((value) => value instanceof Parameter);
}

/** A module without modules inside, or one with parameters of its own. */
function isLayer(module: AnyModule): boolean {
  return [...module.children()].length === 0 || ownParameters(module).length > 0;
}

function notCalled(layer: AnyModule): Call {
  return { layer, outputShape: null, multiplyAdds: 0, activationBytes: 0 };
}

/** Numbers take four bytes each. */
function bytesOf(output: unknown): number {
  const tensors =
    output instanceof tf.Tensor ? [output] : tf.tensor_util.getTensorsInContainer(output as tf.TensorContainer);
  return tensors.reduce((sum, { size }) => sum + 4 * size, 0);
}
