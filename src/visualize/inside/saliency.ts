import * as tf from '@tensorflow/tfjs-core';
import { expectGradients, expectModel, expectOptions, inEvaluation, type Module } from '../../nn/index.js';
import type { HeatMap } from './heat-map.js';
import { batchOfOne, type ClassOptions, classOf, heatOf, logitOf } from './score.js';

/**
 * How much each pixel of an image would change the logit of a class: the largest magnitude, over the channels, of its gradient.
 *
 * The model computes in evaluation mode and is left as it was; the image stays the caller's.
 *
 * Shape: an image [H, W, C] or [1, H, W, C], prepared for the model → H × W. Units: logits per unit of the prepared image.
 * @throws ShapeError for an image that is none, and a model that gives no logits
 * @throws ZooError for a class that there is not, and where tfjs has no gradients
 * @example
 * ```ts
 * const model = await createModel('lenet');
 * const heat = await visualize.saliency(model, tf.randomUniform([28, 28, 1]), { classIndex: 3 });
 * console.log(heat.width, heat.height, heat.classIndex); // 28 28 3
 * ```
 * @see https://arxiv.org/abs/1312.6034
 */
export async function saliency(model: Module, image: tf.Tensor, options: ClassOptions = {}): Promise<HeatMap> {
  const who = 'visualize.saliency';
  expectModel(who, model);
  expectOptions(who, options, ['classIndex']);
  expectGradients(who);
  const x = batchOfOne(who, image);
  try {
    const classIndex = await classOf(who, model, x, options);
    const map = inEvaluation(model, () =>
      tf.tidy(() => {
        const gradient = tf.grad((input) => logitOf(model.forward(input), classIndex))(x); // [1, H, W, C]
        return tf.squeeze(tf.max(tf.abs(gradient), -1), [0]); // [H, W]
      }),
    );
    return await heatOf(map, classIndex);
  } finally {
    x.dispose();
  }
}
