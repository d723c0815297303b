import type { AnyModule } from '../../nn/index.js';
import { drawBlocks } from './blocks.js';
import { sizeText } from './flow.js';
import { drawGraph } from './graph.js';
import { type DrawingOptions, expectDrawingOptions } from './options.js';
import { recordFlow } from './record.js';
import { document } from './svg.js';
import { themeClass, themeCss } from './theme.js';

/**
 * Draws a model's architecture, as the text of an SVG file.
 *
 * In the style 'blocks' each activation is a block in perspective: height × width on its face, which looks to the right, channels as its
 * depth, and vectors as bars. The window of a convolution or pooling is drawn on the block that it slides over, with rays to the
 * value that it gives. The longest way through the model lies in a row; other branches are arcs above it, with the layers on them in words.
 * Layers that change values only (activations, norms, dropout) stand under the block they change. Lengths are in proportion to
 * the square root of what they stand for, with a scale of its own for image sizes, for channels and for vectors.
 *
 * In the style 'graph' each layer is a box with its name, type and output shape, and so is each op that joins branches without a layer.
 *
 * Text stays text, nothing is loaded from elsewhere, and several drawings fit into one page. A module with modules but without
 * parameters of its own is drawn as what is inside. Layers are told by their `typeName`.
 *
 * It runs the model on zeros, in evaluation mode, and puts every module's mode back. Running statistics do not change, but lazy
 * modules take their sizes from `inputShape`, as from any first input.
 *
 * Shape: `inputShape` with its batch axis, channels last: [N, H, W, C]; drawn without N.
 * @throws ShapeError if the input does not fit the model
 * @throws ZooError for options that it does not have
 * @example
 * ```ts
 * const model = await createModel('lenet');
 * const svg = visualize.drawArchitecture(model, [1, 28, 28, 1], { theme: 'light' });
 * ```
 * @see https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks, figure 2
 */
export function drawArchitecture(
  model: AnyModule,
  inputShape: readonly number[],
  options: DrawingOptions = {},
): string {
  const { style, theme, width } = expectDrawingOptions(options);
  const flow = recordFlow(model, inputShape);
  const { size, parts, description } = style === 'graph' ? drawGraph(flow) : drawBlocks(flow, width);
  return document(parts, {
    size,
    title: `${flow.model} of an input ${sizeText(inputShape)}`,
    description,
    className: themeClass(theme),
    css: themeCss(theme),
  });
}
