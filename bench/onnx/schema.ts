import type { HostTensor } from 'tfjs-zoo';
import { bytes, int, message, type Pieces, text } from './protobuf.js';

// The messages of onnx.proto that a network of convolutions needs. The numbers of fields are that file's.

const FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

export interface Node {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly weights: ReadonlyMap<string, HostTensor>;
  readonly input: { readonly name: string; readonly shape: readonly number[] };
  /** Its shape is left to be inferred. */
  readonly output: string;
}

function attribute(name: string, value: number | readonly number[]): Pieces {
  if (typeof value === 'number') return message(5, text(1, name), int(3, value), int(20, ATTRIBUTE_INT));
  return message(5, text(1, name), ...value.map((each) => int(8, each)), int(20, ATTRIBUTE_INTS));
}

function node({ type, inputs, output, attributes = {} }: Node): Pieces {
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(3, output),
    text(4, type),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  );
}

function initializer(name: string, { shape, data }: HostTensor): Pieces {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message(5, ...shape.map((size) => int(1, size)), int(2, FLOAT), text(8, name), bytes(9, raw));
}

/** The input or output of a graph. */
function valueInfo(field: number, name: string, shape?: readonly number[]): Pieces {
  const sizes = shape ? [message(2, ...shape.map((size) => message(1, int(1, size))))] : [];
  return message(field, text(1, name), message(2, message(1, int(1, FLOAT), ...sizes)));
}

/** The bytes of a model file, in pieces. */
export function modelProto({ nodes, weights, input, output }: Graph): Pieces {
  const irVersion = int(1, 8);
  const producer = text(2, 'tfjs-zoo bench');
  const graph = message(
    7,
    ...nodes.map(node),
    text(2, 'graph'),
    ...[...weights].map(([name, tensor]) => initializer(name, tensor)),
    valueInfo(11, input.name, input.shape),
    valueInfo(12, output),
  );
  const opset = message(8, int(2, 17));
  return [irVersion, producer, graph, opset].flat();
}
