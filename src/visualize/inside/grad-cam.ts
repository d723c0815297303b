import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, ZooError } from '../../core/index.js';
import {
  type AnyModule,
  Conv2d,
  expectGradients,
  expectModel,
  expectOptions,
  inEvaluation,
  type Listener,
  type Module,
  moduleNamed,
  overhear,
  shapeText,
} from '../../nn/index.js';
import type { HeatMap } from './heat-map.js';
import { batchOfOne, type ClassOptions, classOf, heatOf, logitOf } from './score.js';

/** Options of `gradCam`. */
export interface GradCamOptions extends ClassOptions {
  /** A dotted name, as in `namedModules()`. Default the last convolution that is called. */
  readonly layer?: string | undefined;
}

const who = 'visualize.gradCam';

/**
 * Where in an image a layer finds what speaks for a class: its channels, weighted by how much each would raise the logit, and of their
 * sum what is above zero: Grad-CAM.
 *
 * The model computes in evaluation mode and is left as it was; the image stays the caller's. Of a layer that is called more than once,
 * the last call counts.
 *
 * Shape: an image [H, W, C] or [1, H, W, C], prepared for the model → height × width of the layer's output, and its name; `overlay` enlarges it.
 *
 * Differs from PyTorch: hooks on a convolution with an inplace ReLU behind it see the ReLU's output; this is the convolution's own. Name
 * the ReLU for the other.
 * @throws ZooError for a layer or a class that there is not, for a layer that is not called, and where tfjs has no gradients
 * @throws ShapeError for an image that is none, and a layer whose output has no height and width
 * @example
 * ```ts
 * const model = await createModel('lenet');
 * const heat = await visualize.gradCam(model, tf.randomUniform([28, 28, 1]), { layer: 'relu2' });
 * console.log(heat.width, heat.height); // 8 8
 * ```
 * @see https://arxiv.org/abs/1610.02391
 */
export async function gradCam(
  model: Module,
  image: tf.Tensor,
  options: GradCamOptions = {},
): Promise<HeatMap & { readonly layer: string }> {
  expectModel(who, model);
  expectOptions(who, options, ['layer', 'classIndex']);
  expectGradients(who);
  const x = batchOfOne(who, image);
  try {
    const [name, layer] = layerOf(model, x, options.layer);
    const classIndex = await classOf(who, model, x, options);
    const map = inEvaluation(model, () => tf.tidy(() => camOf(model, x, classIndex, name, layer)));
    return { ...(await heatOf(map, classIndex)), layer: name };
  } finally {
    x.dispose();
  }
}

function camOf(model: Module, x: tf.Tensor, classIndex: number, name: string, layer: AnyModule): tf.Tensor {
  const { activation, calls } = activationOf(model, x, name, layer);
  try {
    // The logit by what the layer gave: in its last call that takes the place of what it computes.
    const logit = (given: tf.Tensor) => {
      let call = 0;
      const listener = (compute: () => unknown) => (++call === calls ? tf.clone(given) : compute());
      return overhear(new Map([[layer, listener]]), () => logitOf(model.forward(x), classIndex));
    };
    const gradient = tf.grad(logit)(activation); // [1, H, W, C]
    const weights = tf.mean(gradient, [1, 2], true); // [1, 1, 1, C]
    return tf.squeeze(tf.relu(tf.sum(tf.mul(weights, activation), -1)), [0]); // [H, W]
  } finally {
    activation.dispose();
  }
}

function activationOf(model: Module, x: tf.Tensor, name: string, layer: AnyModule) {
  let calls = 0;
  let activation: tf.Tensor | undefined;
  const listener = (compute: () => unknown) => {
    const output = compute();
    calls++;
    activation?.dispose();
    activation = output instanceof tf.Tensor ? tf.keep(tf.clone(output)) : undefined;
    return output;
  };
  overhear(new Map([[layer, listener]]), () => void model.forward(x));
  if (activation?.rank === 4) return { activation, calls };
  activation?.dispose();
  if (calls === 0) {
    throw new ZooError(
      `${who}: expected a layer that ${model.typeName}.forward calls, got '${name}', which it does not. Choose another.`,
    );
  }
  const got = activation ? `shape ${shapeText(activation.shape)}` : 'no tensor';
  throw new ShapeError(
    `${who}: expected a layer that gives [1, H, W, C], got ${got} of '${name}'. Choose one before the model flattens.`,
  );
}

function layerOf(model: Module, x: tf.Tensor, name: string | undefined): readonly [name: string, layer: AnyModule] {
  if (name !== undefined) return [name, moduleNamed(who, model, name)];
  // The last that is called: some models have convolutions for training alone behind it.
  let last: readonly [name: string, layer: AnyModule] | undefined;
  const listeners = new Map<AnyModule, Listener>();
  for (const [each, module] of model.namedModules()) {
    if (!(module instanceof Conv2d)) continue;
    listeners.set(module, (compute) => {
      last = [each, module];
      return compute();
    });
  }
  inEvaluation(model, () => tf.tidy(() => overhear(listeners, () => void model.forward(x))));
  if (last) return last;
  throw new ZooError(
    `${who}: expected a model with a Conv2d, got ${model.typeName} without. Name a layer whose output has height and width.`,
  );
}
