import { alexnet, type Layer } from '../network.js';

/** Values in plain memory, images channels-last. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A network ready to compute one input, over and over. */
export interface Program {
  /** Computes to the end: the values have been read back. */
  run(): Promise<Values>;
  /** Whether images come out channels-first. */
  readonly isChannelsFirst: boolean;
  dispose(): Promise<void>;
}

/** A runtime that has started and holds a network's weights. */
export interface Engine {
  /** The network for so many images, or one of AlexNet's layers by name. */
  compile(batch: number, layer?: string): Promise<Program>;
}

/** An engine of AlexNet's layers in a row. */
export function alexnetEngine(compile: (layers: readonly Layer[], x: Values) => Program | Promise<Program>): Engine {
  return {
    async compile(batch, layer) {
      const layers = layer ? alexnet.filter(({ name }) => name === layer) : alexnet;
      return compile(layers, randomValues([batch, ...layers[0]!.input]));
    },
  };
}

export interface EngineOptions {
  /** Of tfjs the backend, of onnxruntime the package. */
  readonly backend: string;
  readonly threads: number;
  /** Path of the file with the weights. */
  readonly checkpoint: string;
}

export type StartEngine = (options: EngineOptions) => Promise<Engine>;

/** The same values for the same shape, in every process. */
export function randomValues(shape: readonly number[]): Values {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  let state = 1;
  for (let index = 0; index < data.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
    data[index] = state / 2 ** 32 - 0.5;
  }
  return { shape, data };
}

/** [N, H, W, C] → [N, C, H, W] */
export function toChannelsFirst({ shape, data }: Values): Values {
  const [n, h, w, c] = shape as [number, number, number, number];
  const out = new Float32Array(data.length);
  for (let from = 0; from < data.length; from++) {
    const pixel = Math.floor(from / c);
    const image = Math.floor(pixel / (h * w));
    out[(image * c + (from % c)) * h * w + (pixel % (h * w))] = data[from]!;
  }
  return { shape: [n, c, h, w], data: out };
}
