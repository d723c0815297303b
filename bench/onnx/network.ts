import type { HostTensor, StateDict } from 'tfjs-zoo';
import type { Layer } from '../network.js';
import type { Pieces } from './protobuf.js';
import { modelProto, type Node } from './schema.js';

const four = (size: number) => [size, size, size, size];
const two = (size: number) => [size, size];

/** What torch.onnx.export writes for a layer; its ReLU is a node of its own, for the runtime to fuse. */
function nodesOf(layer: Layer, input: string): Node[] {
  const { name } = layer;
  const weights = [`${layer.module}.weight`, `${layer.module}.bias`];
  const relu: Node = { type: 'Relu', inputs: [name], output: `${name}.relu` };
  switch (layer.op) {
    case 'conv': {
      const { kernel, stride, padding } = layer;
      const attributes = { kernel_shape: two(kernel), strides: two(stride), pads: four(padding) };
      return [{ type: 'Conv', inputs: [input, ...weights], output: name, attributes }, relu];
    }
    case 'maxPool': {
      const attributes = { kernel_shape: two(layer.kernel), strides: two(layer.stride) };
      return [{ type: 'MaxPool', inputs: [input], output: name, attributes }];
    }
    case 'flatten':
      return [{ type: 'Flatten', inputs: [input], output: name, attributes: { axis: 1 } }];
    case 'linear': {
      const product: Node = { type: 'Gemm', inputs: [input, ...weights], output: name, attributes: { transB: 1 } };
      return layer.relu ? [product, relu] : [product];
    }
  }
}

/** An ONNX file of some layers in a row, for an input of one shape (channels first), which it calls 'x'. */
export function onnxOf(layers: readonly Layer[], stateDict: StateDict, shape: readonly number[]): Pieces {
  const nodes: Node[] = [];
  for (const layer of layers) nodes.push(...nodesOf(layer, nodes.at(-1)?.output ?? 'x'));
  const weights = new Map<string, HostTensor>();
  for (const name of nodes.flatMap(({ inputs }) => inputs)) {
    const tensor = stateDict.get(name);
    if (tensor) weights.set(name, tensor);
  }
  return modelProto({ nodes, weights, input: { name: 'x', shape }, output: nodes.at(-1)!.output });
}
