import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { type AnyModule, kindOf, ModuleList, Sequential } from '../../nn/index.js';
import { expectModelAndShape } from './expect.js';
import { pytorchShape } from './order.js';
import { asItIs, inModes } from './watch.js';

const who = 'visualize.layerSummary';

/**
 * What the `layer_summary` of "Dive into Deep Learning" prints of a model, to the character: each layer of its `net` and the shape
 * that it gives, in PyTorch's order.
 *
 * The layers are those of the model's `net`, or of the Sequential that the model is, or of the only one that it has.
 *
 * Shape: `inputShape` with its batch axis, channels last: [N, H, W, C].
 * @throws ShapeError if the input does not fit the model
 * @throws ZooError if the model has no such layers
 * @example
 * ```ts
 * const model = await createModel('alexnet_d2l');
 * console.log(visualize.layerSummary(model, [1, 224, 224, 1]));
 * ```
 * @see https://d2l.ai/chapter_convolutional-modern/alexnet.html
 */
export function layerSummary(model: AnyModule, inputShape: readonly number[]): string {
  expectModelAndShape(who, model, inputShape);
  const layers = layersOf(model);
  return inModes(model, asItIs, () =>
    tf.tidy(() => {
      const lines: string[] = [];
      let activation: tf.Tensor = tf.zeros([...inputShape]);
      for (const layer of layers) {
        activation = next(layer, activation);
        const shape = pytorchShape(activation.shape, layer);
        lines.push(`${layer.typeName} output shape:\t torch.Size([${shape.join(', ')}])`);
      }
      return lines.join('\n');
    }),
  );
}

/** The output of a layer, in the place of its input. */
function next(layer: AnyModule, input: tf.Tensor): tf.Tensor {
  const output: unknown = tf.tidy(() => layer.forward(input));
  if (!(output instanceof tf.Tensor)) {
    throw new ZooError(
      `${who}: expected layers that give a tensor, got ${kindOf(output)} from ${layer.typeName}. Use visualize.summary.`,
    );
  }
  if (output !== input) input.dispose();
  return output;
}

function layersOf(model: AnyModule): Iterable<AnyModule> {
  const { net } = model as { net?: unknown };
  if (net instanceof Sequential || net instanceof ModuleList) return net;
  if (model instanceof Sequential) return model;
  const all = [...model.namedChildren()].filter(
    (child): child is [string, Sequential] => child[1] instanceof Sequential,
  );
  if (all.length === 1) return all[0]![1];
  const got = all.length === 0 ? 'no Sequential' : `${all.length}, ${all.map(([name]) => name).join(', ')},`;
  throw new ZooError(
    `${who}: expected a model whose layers are in one Sequential, such as net, got ${got} in ${model.typeName}. ` +
      'Use visualize.summary, or give one of its parts.',
  );
}
