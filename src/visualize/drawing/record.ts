import * as tf from '@tensorflow/tfjs-core';
import { type AnyModule, Parameter } from '../../nn/index.js';
import { expectModelAndShape } from '../summary/expect.js';
import { type Around, inModes, watching } from '../summary/watch.js';
import type { Flow, FlowNode } from './flow.js';
import { opName } from './op-names.js';

/**
 * Runs a model on zeros and notes which tensors each layer took and gave, and the ops between layers.
 *
 * Every module is in evaluation mode meanwhile and gets its mode back; no tensor is left but those of lazy parameters.
 * @throws ZooError unless it is a model, ShapeError unless the shape is one that fits it
 */
export function recordFlow(model: AnyModule, inputShape: readonly number[]): Flow {
  expectModelAndShape('visualize.drawArchitecture', model, inputShape);
  const units = new Map([...model.namedModules()].filter(([, module]) => isUnit(module)).map(([n, m]) => [m, n]));
  const recorder = new Recorder();
  const around: Around = (layer, args, call) => recorder.noteLayer(units.get(layer)!, layer, args, call);
  const pass = () => tf.tidy(() => recorder.run(model, tf.zeros([...inputShape])));
  const unwatch = recorder.watchOps();
  try {
    const outputs = inModes(
      model,
      () => false,
      () => watching(units.keys(), around, pass),
    );
    return { model: model.typeName, nodes: recorder.nodes, outputs };
  } finally {
    unwatch();
  }
}

type NewNode = Omit<FlowNode, 'id'>;

class Recorder {
  readonly nodes: FlowNode[] = [];
  /** Which node gave a tensor, by the tensor's id. */
  readonly #givers = new Map<number, number>();
  /** How many layers are at work, one in another; what they compute inside is theirs. */
  #depth = 0;

  /** @returns the nodes that gave the model's outputs */
  run(model: AnyModule, input: tf.Tensor): number[] {
    this.#add({ name: '', type: 'Input', layer: undefined, shape: input.shape, from: [] }, [input]);
    return this.#giversOf(model.forward(input));
  }

  /** Notes a call of a layer, unless another is at work. */
  noteLayer(name: string, layer: AnyModule, args: readonly unknown[], call: () => unknown): unknown {
    if (this.#depth > 0) return call();
    const from = this.#giversOf(args);
    const output = this.#hidden(call);
    const tensors = tensorsIn(output);
    // Its type last: a lazy layer is by now what it became.
    this.#add({ name, type: layer.typeName, layer, shape: tensors[0]?.shape ?? [], from }, tensors);
    return output;
  }

  /** Notes what is computed between layers; the function that comes back stops it. */
  watchOps(): () => void {
    const engine = tf.engine();
    const own = Object.getOwnPropertyDescriptor(engine, 'runKernel');
    const { runKernel } = engine;
    const watched: typeof runKernel = (kernel, inputs, attributes) => {
      // A kernel may call others, which are its own affair.
      const output = this.#hidden(() => runKernel.call(engine, kernel, inputs, attributes));
      if (this.#depth === 0) this.#noteOp(kernel, tensorsIn(inputs), tensorsIn(output));
      return output as never;
    };
    engine.runKernel = watched;
    return () => {
      if (own) Object.defineProperty(engine, 'runKernel', own);
      // Back to the method of its class.
      else Reflect.deleteProperty(engine, 'runKernel');
    };
  }

  /** An op that joins branches, or has a name that a reader knows, is a node; others belong to whoever gave their input. */
  #noteOp(kernel: string, inputs: readonly tf.Tensor[], outputs: readonly tf.Tensor[]): void {
    const from = this.#giversOf(inputs);
    const [output] = outputs;
    if (from.length === 0 || !output) return;
    const type = opName(kernel, from.length, inputs[0]!.shape, output.shape);
    if (type !== undefined) this.#add({ name: '', type, layer: undefined, shape: output.shape, from }, outputs);
    else for (const tensor of outputs) this.#givers.set(tensor.id, from[0]!);
  }

  #add(node: NewNode, outputs: readonly tf.Tensor[]): void {
    const id = this.nodes.push({ id: this.nodes.length, ...node }) - 1;
    for (const tensor of outputs) this.#givers.set(tensor.id, id);
  }

  /** The nodes that gave some tensors, each once. */
  #giversOf(value: unknown): number[] {
    const givers = tensorsIn(value).map(({ id }) => this.#givers.get(id));
    return [...new Set(givers)].filter((giver) => giver !== undefined);
  }

  #hidden<T>(compute: () => T): T {
    this.#depth++;
    try {
      return compute();
    } finally {
      this.#depth--;
    }
  }
}

function tensorsIn(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return tf.tensor_util.getTensorsInContainer(value as tf.TensorContainer);
}

/** What is drawn as one: a module without modules inside, or one with parameters of its own around modules without any. */
function isUnit(module: AnyModule): boolean {
  const inside = [...module.children()];
  if (inside.length === 0) return true;
  return ownsParameters(module) && inside.every((child) => [...child.parameters()].length === 0);
}

function ownsParameters(module: AnyModule): boolean {
  return Object.values(module).some((value) => value instanceof Parameter);
}
