import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { type AnyModule, expectOptions, ModuleList, Parameter, Sequential, State } from '../../nn/index.js';
import { expectModelAndShape } from './expect.js';
import { pytorchShape } from './order.js';
import { asItIs, inModes, passZeros, watching } from './watch.js';

/** Options of `torchsummary`. */
export interface TorchsummaryOptions {
  /** What stands for the batch in every shape, and multiplies sizes. Default −1, torchsummary's own. */
  readonly batchSize?: number;
}

/** A tensor's shape, or those of a tuple of tensors. */
type OutputShape = readonly number[] | readonly (readonly number[])[];

interface Row {
  readonly name: string;
  readonly outputShape: OutputShape;
  readonly parameters: number;
  /** False where a layer has no weight. */
  readonly isTrainable: boolean;
}

const who = 'visualize.torchsummary';
const dashes = '-'.repeat(64);
const equals = '='.repeat(64);

/**
 * What the Python package torchsummary 1.5.1 prints of a model, to the character: its layers, shapes in PyTorch's order, parameters and megabytes.
 *
 * Its counts are kept, also where they err: shared layers count at each call (twice so if two modules hold them), of parameters only those
 * named `weight` and `bias`, all of a layer trained if its weight is, and an output that is a tuple multiplies its shapes. `summary`
 * counts right.
 *
 * What extends `Sequential` has no row, as there; the model keeps its mode, and only its layers evaluate.
 *
 * Two of the zoo's models differ: of GoogLeNet in training mode torchsummary lists the classifiers in its middle too, which `forward` does not
 * call here; and it fails with DenseNet, whose layers take lists there.
 *
 * Shape: `inputShape` with a batch axis, channels last: [N, H, W, C]; torchsummary runs a batch of 2, whatever N is.
 * @throws ShapeError if the input does not fit the model
 * @throws ZooError if torchsummary itself fails with such a model
 * @example
 * ```ts
 * const model = await createModel('lenet');
 * console.log(visualize.torchsummary(model, [1, 28, 28, 1]));
 * ```
 * @see https://pypi.org/project/torchsummary/
 */
export function torchsummary(
  model: AnyModule,
  inputShape: readonly number[],
  options: TorchsummaryOptions = {},
): string {
  expectModelAndShape(who, model, inputShape);
  expectOptions(who, options, ['batchSize']);
  const { batchSize = -1 } = options;
  if (!Number.isInteger(batchSize)) {
    throw new ZooError(`${who}: expected batchSize to be an integer, got ${batchSize}. Leave it out for -1.`);
  }
  const rows = rowsOf(model, inputShape, batchSize);
  const inputSize = product(inputShape.slice(1)) * batchSize;
  return [...tableLines(rows), ...totalLines(rows, inputSize)].join('\n');
}

/** A row for each call of each hook, when the call ends. */
function rowsOf(model: AnyModule, inputShape: readonly number[], batchSize: number): Row[] {
  const rows: Row[] = [];
  const hooks = hooksOf(model);
  const record = (module: AnyModule, args: readonly unknown[], compute: () => unknown) => {
    const output = compute();
    for (let hook = 0; hook < hooks.get(module)!; hook++) {
      const outputShape = outputShapeOf(module, args, output, batchSize);
      rows.push({ name: `${module.typeName}-${rows.length + 1}`, outputShape, ...parametersOf(module) });
    }
    return output;
  };
  inModes(model, asItIs, () => watching(hooks.keys(), record, () => passZeros(model, [2, ...inputShape.slice(1)])));
  if (rows.every(({ parameters }) => parameters === 0)) {
    throw failure('modules with a weight or a bias inside the model', 'none');
  }
  return rows;
}

/** How often torchsummary hooks each module: once for each place where it stands. */
function hooksOf(model: AnyModule): Map<AnyModule, number> {
  const hooks = new Map<AnyModule, number>();
  model.apply((module) => {
    const isHooked = module !== model && !(module instanceof Sequential) && !(module instanceof ModuleList);
    if (isHooked) hooks.set(module, (hooks.get(module) ?? 0) + 1);
  });
  return hooks;
}

function outputShapeOf(
  module: AnyModule,
  [input]: readonly unknown[],
  output: unknown,
  batchSize: number,
): OutputShape {
  const shapeOf = (tensor: unknown, batch: number) => {
    if (tensor instanceof tf.Tensor && tensor.rank > 0) return [batch, ...pytorchShape(tensor.shape, module).slice(1)];
    throw failure('tensors with a batch axis in and out of every module', `something else at ${module.typeName}`);
  };
  shapeOf(input, batchSize);
  // What the package writes for each tensor of a tuple is -1.
  const isTuple = Array.isArray(output);
  const shapes = isTuple ? output.map((each) => shapeOf(each, -1)) : shapeOf(output, batchSize);
  const isRagged = isTuple && new Set(shapes.map((shape) => (shape as number[]).length)).size > 1;
  if (isRagged) throw failure('a tuple of tensors of one rank', `several ranks from ${module.typeName}`);
  return shapes;
}

function parametersOf(module: AnyModule): Pick<Row, 'parameters' | 'isTrainable'> {
  const { weight, bias } = module as { weight?: unknown; bias?: unknown };
  const sizes = [weight, bias].map((state) => (state instanceof State ? product(state.expectedShape) : 0));
  return { parameters: sizes[0]! + sizes[1]!, isTrainable: weight instanceof Parameter && weight.requiresGrad };
}

function tableLines(rows: readonly Row[]): string[] {
  const line = (name: string, shape: string, parameters: string) =>
    `${name.padStart(20)}  ${shape.padStart(25)} ${parameters.padStart(15)}`;
  return [
    dashes,
    line('Layer (type)', 'Output Shape', 'Param #'),
    equals,
    ...rows.map(({ name, outputShape, parameters }) => line(name, listText(outputShape), thousands(parameters))),
    equals,
  ];
}

function totalLines(rows: readonly Row[], inputSize: number): string[] {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const parameters = sum((row) => row.parameters);
  const trainable = sum((row) => (row.isTrainable ? row.parameters : 0));
  const input = megabytes(inputSize);
  const passes = megabytes(2 * sum(({ outputShape }) => product(outputShape.flat()))); // the gradients too
  const weights = megabytes(parameters);
  return [
    `Total params: ${thousands(parameters)}`,
    `Trainable params: ${thousands(trainable)}`,
    `Non-trainable params: ${thousands(parameters - trainable)}`,
    dashes,
    `Input size (MB): ${twoDecimals(input)}`,
    `Forward/backward pass size (MB): ${twoDecimals(passes)}`,
    `Params size (MB): ${twoDecimals(weights)}`,
    `Estimated Total Size (MB): ${twoDecimals(weights + passes + input)}`,
    dashes,
  ];
}

/** Of so many float32 numbers; with a batch of −1 their count is negative. */
function megabytes(numbers: number): number {
  return Math.abs((numbers * 4) / 1024 ** 2);
}

/** As Python prints `%0.2f`: what lies in the middle, which is odd eighths, goes to the even digit. */
function twoDecimals(value: number): string {
  const isMiddle = (value * 8) % 2 === 1;
  const hundredths = Math.floor(value * 100);
  return isMiddle ? ((hundredths + (hundredths % 2)) / 100).toFixed(2) : value.toFixed(2);
}

/** A list of numbers, or of such lists, as Python prints it. */
function listText(list: OutputShape): string {
  return `[${list.map((each) => (Array.isArray(each) ? listText(each) : String(each))).join(', ')}]`;
}

function product(factors: readonly number[]): number {
  return factors.reduce((result, factor) => result * factor, 1);
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}

function failure(expected: string, got: string): ZooError {
  return new ZooError(
    `${who}: expected ${expected}, got ${got}. torchsummary itself fails with such a model; use visualize.summary.`,
  );
}
