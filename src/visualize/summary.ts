import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, sizeOf } from '../core/index.js';
import { type AnyModule, Parameter } from '../nn/index.js';
import { textTable } from './text-table.js';

/** One call of a layer during the forward pass. */
export interface SummaryRow {
  /** Dotted, as in `namedModules()`; '' for the model itself. */
  readonly name: string;
  /** The layer's `typeName`. */
  readonly type: string;
  /** Channels last. Null for a layer that was not called, or whose output is no tensor. */
  readonly outputShape: readonly number[] | null;
  /** Parameters of this layer that no row above has counted. */
  readonly parameters: number;
  /** Those of them that are trained. */
  readonly trainable: number;
}

/** A model's layers, the shapes that flow through it, and its parameters. */
export interface ModelSummary {
  /** The model's `typeName`. */
  readonly model: string;
  readonly inputShape: readonly number[];
  /** In the order of the calls; layers that were not called come last. */
  readonly rows: readonly SummaryRow[];
  /** Parameters, each tensor once however often it is shared. */
  readonly parameters: number;
  readonly trainable: number;
}

/**
 * Lists a model's layers with the shapes that they give for an input of `inputShape`, and counts parameters.
 *
 * A layer is a module without modules inside, or one with parameters of its own. One that is called twice has two rows; its
 * parameters count in the first. What `forward` does without a module (a functional op) has no row.
 *
 * It runs the model on zeros, in evaluation mode, and puts every module's mode back. Running statistics do not change, but lazy
 * modules take their sizes from `inputShape`, as from any first input.
 *
 * Shape: `inputShape` with its batch axis, channels last: [N, H, W, C].
 * @throws ShapeError if the input does not fit the model
 * @example
 * ```ts
 * const summary = visualize.summary(model, [1, 224, 224, 3]);
 * console.log(visualize.summaryTable(summary));
 * ```
 */
export function summary(model: AnyModule, inputShape: readonly number[]): ModelSummary {
  const layers = new Map<AnyModule, string>();
  for (const [name, module] of model.namedModules()) if (isLayer(module)) layers.set(module, name);
  const calls = recordCalls(model, layers.keys(), inputShape);
  const called = new Set(calls.map(({ layer }) => layer));
  const uncalled = [...layers.keys()].filter((layer) => !called.has(layer)).map((layer) => ({ layer, output: null }));

  const counted = new Set<Parameter>();
  const rows = [...calls, ...uncalled].map(({ layer, output }) => {
    const own = ownParameters(layer).filter((parameter) => !counted.has(parameter));
    for (const parameter of own) counted.add(parameter);
    return { name: layers.get(layer)!, type: layer.typeName, outputShape: output, ...count(own) };
  });
  return { model: model.typeName, inputShape, rows, ...count([...model.parameters()]) };
}

/** A summary as text: a table of the layers, and the totals. */
export function summaryTable({ model, inputShape, rows, parameters, trainable }: ModelSummary): string {
  const lines = rows.map((row) => [
    row.name || '(itself)',
    row.type,
    row.outputShape ? shapeText(row.outputShape) : '-',
    row.parameters > 0 ? thousands(row.parameters) : '-',
    trainableText(row),
  ]);
  return textTable(
    [
      { title: 'Layer' },
      { title: 'Type' },
      { title: 'Output shape' },
      { title: 'Parameters', align: 'right' },
      { title: 'Trainable' },
    ],
    lines,
    [
      `${model} of an input ${shapeText(inputShape)}`,
      `${thousands(parameters)} parameters, ${thousands(trainable)} of them trainable`,
    ],
  );
}

interface Call {
  readonly layer: AnyModule;
  output: readonly number[] | null;
}

/** Runs the model on zeros and notes each call of a layer, in the order in which the calls begin. */
function recordCalls(model: AnyModule, layers: Iterable<AnyModule>, inputShape: readonly number[]): Call[] {
  expectShape(inputShape);
  const calls: Call[] = [];
  const modes = [...model.modules()].map((module) => [module, module.training] as const);
  const undo = [...layers].map((layer) => watch(layer, calls));
  try {
    model.eval();
    tf.tidy(() => {
      model.forward(tf.zeros([...inputShape]));
    });
  } finally {
    for (const unwatch of undo) unwatch();
    for (const [module, training] of modes) module.training = training;
  }
  return calls;
}

/** Puts a recorder before a layer's `forward`; the function that comes back takes it away. */
function watch(layer: AnyModule, calls: Call[]): () => void {
  const own = Object.getOwnPropertyDescriptor(layer, 'forward');
  const forward = layer.forward;
  layer.forward = (...args) => {
    const call: Call = { layer, output: null };
    calls.push(call);
    const output: unknown = forward.apply(layer, args);
    if (output instanceof tf.Tensor) call.output = output.shape;
    return output;
  };
  return () => {
    if (own) Object.defineProperty(layer, 'forward', own);
    // Back to the method of its class.
    else delete (layer as { forward?: unknown }).forward;
  };
}

function isLayer(module: AnyModule): boolean {
  return [...module.children()].length === 0 || ownParameters(module).length > 0;
}

function ownParameters(module: AnyModule): Parameter[] {
  return Object.values(module).filter((value) => value instanceof Parameter);
}

/** A lazy layer that no call reached has no size yet, and counts nothing. */
function count(parameters: readonly Parameter[]): { parameters: number; trainable: number } {
  const sizes = parameters.map((parameter) => (parameter.isLazy ? 0 : sizeOf(parameter.shape)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const frozen = sizes.reduce((sum, size, index) => (parameters[index]!.requiresGrad ? sum : sum + size), 0);
  return { parameters: total, trainable: total - frozen };
}

function expectShape(shape: readonly number[]): void {
  if (shape.every((dim) => Number.isInteger(dim) && dim >= 1)) return;
  throw new ShapeError(
    `visualize.summary: expected an input shape of positive integers such as [1, 224, 224, 3], got ${shapeText(shape)}.`,
  );
}

function trainableText({ parameters, trainable }: SummaryRow): string {
  if (parameters === 0) return '';
  if (trainable === 0) return 'no';
  return trainable === parameters ? 'yes' : 'partly';
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}
