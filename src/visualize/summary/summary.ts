import { sizeOf } from '../../core/index.js';
import { type AnyModule, expectOptions, type Parameter } from '../../nn/index.js';
import { expectModelAndShape } from './expect.js';
import { type AxisOrder, expectOrder, pytorchShape } from './order.js';
import { type Call, ownParameters, recordCalls } from './record.js';

/** One call of a layer during the forward pass. */
export interface SummaryRow {
  /** Dotted, as in `namedModules()`; '' for the model itself. */
  readonly name: string;
  /** The layer's `typeName`. */
  readonly type: string;
  /** In the summary's order. Null for a layer that was not called, or whose output is no tensor. */
  readonly outputShape: readonly number[] | null;
  /** Parameters of this layer that no row above has counted. */
  readonly parameters: number;
  /** Those of them that are trained. */
  readonly trainable: number;
  /** Of convolutions, transposed convolutions and linear layers, for the whole batch; 0 for all other layers. */
  readonly multiplyAdds: number;
  /** Four for each number of the output. */
  readonly activationBytes: number;
  /** Of this call, if `measureSummary` made the summary; null for a layer that was not called. */
  readonly milliseconds?: number | null;
}

/** A model's layers, the shapes that flow through it, its parameters, and what a forward pass takes. */
export interface ModelSummary {
  /** The model's `typeName`. */
  readonly model: string;
  readonly inputShape: readonly number[];
  /** Of all shapes in the summary. */
  readonly order: AxisOrder;
  /** In the order of the calls; layers that were not called come last. */
  readonly rows: readonly SummaryRow[];
  /** Parameters, each tensor once however often it is shared. */
  readonly parameters: number;
  readonly trainable: number;
  /** Of all rows. */
  readonly multiplyAdds: number;
  /** Of all rows: what it takes to keep every output, as training does. */
  readonly activationBytes: number;
  /** Of a whole forward pass, if `measureSummary` made the summary. */
  readonly milliseconds?: number;
  /** On which that was measured. */
  readonly backend?: string;
}

/** Options of `summary`. */
export interface SummaryOptions {
  /** How shapes are told: 'channelsLast' (default), or 'pytorch' for PyTorch's [N, C, H, W]. */
  readonly order?: AxisOrder;
}

/**
 * Lists a model's layers with the shapes that they give for an input of `inputShape`, and counts parameters, multiply-adds and the
 * bytes of activations.
 *
 * A layer is a module without modules inside, or one with parameters of its own. One that is called twice has two rows; its
 * parameters count in the first. What `forward` does without a module (a functional op) has no row, and its multiply-adds do not
 * count; nor do those of biases, normalisation, activations, pooling and resampling, as in the operations that torchvision publishes.
 *
 * It runs the model on zeros, in evaluation mode, and puts every module's mode back. Running statistics do not change, but lazy
 * modules take their sizes from `inputShape`, as from any first input.
 *
 * Shape: `inputShape` with its batch axis, channels last whatever the order of the summary: [N, H, W, C].
 *
 * Units: multiply-adds and bytes are those of the whole batch.
 * @throws ShapeError if the input does not fit the model
 * @example
 * ```ts
 * const model = await createModel('lenet');
 * const summary = visualize.summary(model, [1, 28, 28, 1]);
 * console.log(visualize.summaryTable(summary), JSON.stringify(summary));
 * ```
 */
export function summary(model: AnyModule, inputShape: readonly number[], options: SummaryOptions = {}): ModelSummary {
  const order = checked('visualize.summary', model, inputShape, options);
  return summaryOf(model, inputShape, recordCalls(model, inputShape), order);
}

/** @returns the order that was asked for */
export function checked(
  who: string,
  model: AnyModule,
  inputShape: readonly number[],
  options: SummaryOptions,
  known: readonly string[] = ['order'],
): AxisOrder {
  expectModelAndShape(who, model, inputShape);
  expectOptions(who, options, known);
  const { order = 'channelsLast' } = options;
  expectOrder(who, order);
  return order;
}

/** What the calls of a model's layers tell. */
export function summaryOf(
  model: AnyModule,
  inputShape: readonly number[],
  calls: readonly Call[],
  order: AxisOrder,
): ModelSummary {
  const names = new Map([...model.namedModules()].map(([name, module]) => [module, name]));
  const shapeIn = (shape: readonly number[], layer?: AnyModule) =>
    order === 'pytorch' ? pytorchShape(shape, layer) : shape;
  const counted = new Set<Parameter>();
  const rows = calls.map(({ layer, outputShape, multiplyAdds, activationBytes }): SummaryRow => {
    const own = ownParameters(layer).filter((parameter) => !counted.has(parameter));
    for (const parameter of own) counted.add(parameter);
    return {
      name: names.get(layer)!,
      type: layer.typeName,
      outputShape: outputShape && shapeIn(outputShape, layer),
      ...count(own),
      multiplyAdds,
      activationBytes,
    };
  });
  return {
    model: model.typeName,
    inputShape: shapeIn(inputShape),
    order,
    rows,
    ...count([...model.parameters()]),
    multiplyAdds: rows.reduce((sum, row) => sum + row.multiplyAdds, 0),
    activationBytes: rows.reduce((sum, row) => sum + row.activationBytes, 0),
  };
}

/** A lazy layer that no call reached has no size yet, and counts nothing. */
function count(parameters: readonly Parameter[]): { parameters: number; trainable: number } {
  const sizes = parameters.map((parameter) => (parameter.isLazy ? 0 : sizeOf(parameter.shape)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const frozen = sizes.reduce((sum, size, index) => (parameters[index]!.requiresGrad ? sum : sum + size), 0);
  return { parameters: total, trainable: total - frozen };
}
