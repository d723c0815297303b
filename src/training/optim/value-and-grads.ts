import * as tf from '@tensorflow/tfjs-core';
import { listed, ShapeError, UninitializedError, ZooError } from '../../core/index.js';
import { type AnyModule, expectGradients, kindOf, type Parameter, shapeText } from '../../nn/index.js';
import type { Gradients } from './gradients.js';

const who = 'valueAndGrads';

/**
 * Computes a loss, and its gradients with respect to a model's parameters: `loss.backward()` of PyTorch.
 *
 * A parameter that is frozen, or that the loss does not depend on, has no gradient and is not in the map, as PyTorch leaves its `grad`
 * None. One that several modules share is in it once. The loss and the gradients are the caller's to free; all else that `fn` makes is
 * freed.
 *
 * Shape: `fn` gives a float32 scalar; a gradient lies as its parameter lies in memory.
 *
 * Differs from PyTorch: nothing is added up in the parameters; each call gives new gradients.
 *
 * @param fn computes the loss; it is called once, and may not be asynchronous
 * @throws ShapeError if the loss is no float32 scalar
 * @throws UninitializedError naming the parameters of lazy modules that have seen no input yet
 * @throws ZooError if no parameter requires a gradient, or the loss depends on none of those that do
 * @example
 * ```ts
 * const model = new nn.Linear(4, 2);
 * const optimizer = new training.SGD(model.parameters(), { lr: 0.1 });
 * const x = tf.ones([8, 4]);
 * const { value, grads } = training.valueAndGrads(model, () => tf.mean(model.forward(x)));
 * optimizer.step(grads);
 * console.log((await value.data())[0]);
 * tf.dispose([x, value, ...grads.values()]);
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html
 */
export function valueAndGrads(model: AnyModule, fn: () => tf.Tensor): { value: tf.Scalar; grads: Gradients } {
  const parameters = trainableOf(model);
  expectGradients(who);
  const variables = parameters.map((parameter) => parameter.value);
  let failure: { readonly error: unknown } | undefined;
  // tfjs frees what it keeps for the gradients only if the loss is computed, so an error waits until then.
  const loss = () => {
    try {
      return tf.clone(expectLoss(fn())); // a loss that somebody else holds stays theirs
    } catch (error) {
      failure = { error };
      return tf.scalar(0);
    }
  };
  // Undefined, whatever the type says, where there is no way from a variable to the loss.
  const { value, grads } = tf.engine().gradients(loss, variables, undefined, true) as {
    value: tf.Scalar;
    grads: (tf.Tensor | undefined)[];
  };
  const reached = new Map<Parameter, tf.Tensor>();
  for (const [i, parameter] of parameters.entries()) if (grads[i]) reached.set(parameter, grads[i]);
  if (reached.size > 0) return { value, grads: reached };
  value.dispose();
  if (failure) throw failure.error;
  throw new ZooError(
    `${who}: expected a loss that depends on the model's parameters, got one that depends on none of ${parameters.length}. ` +
      'Compute it inside fn from what model.forward gives.',
  );
}

function trainableOf(model: AnyModule): Parameter[] {
  const named = [...model.namedParameters()];
  const trainable = named.filter(([, parameter]) => parameter.requiresGrad);
  if (trainable.length === 0) {
    throw new ZooError(
      `${who}: expected a model with parameters that require a gradient, got ${named.length} parameters, none of which does. ` +
        'Unfreeze some with requiresGrad(true).',
    );
  }
  const lazy = trainable.filter(([, parameter]) => parameter.isLazy).map(([name]) => name);
  if (lazy.length > 0) {
    throw new UninitializedError(
      `${who}: expected parameters with values, got ${listed('without a shape', lazy)}. ` +
        'Run one forward pass, or load a checkpoint, first.',
    );
  }
  return trainable.map(([, parameter]) => parameter);
}

function expectLoss(loss: tf.Tensor): tf.Tensor {
  if (loss instanceof tf.Tensor && loss.dtype === 'float32' && loss.rank === 0) return loss;
  const expected = `${who}: expected fn to give the loss, a float32 scalar`;
  if (loss instanceof tf.Tensor) {
    const remedy = loss.rank === 0 ? 'Compute it from the float32 output of the model.' : 'Take its tf.mean or tf.sum.';
    throw new ShapeError(`${expected}, got ${loss.dtype} of shape ${shapeText(loss.shape)}. ${remedy}`);
  }
  const remedy = (loss as unknown) instanceof Promise ? 'Make fn synchronous.' : 'Return a tensor.';
  throw new ShapeError(`${expected}, got ${kindOf(loss)}. ${remedy}`);
}
