import { readFileSync } from 'node:fs';
import { sizeOf } from '../../src/core/index.js';
import { activationAxes, parameterAxes, unravel } from './golden.js';

/** Some elements of a tensor, by flat index in PyTorch's layout. */
export interface Samples {
  readonly shape: readonly number[];
  readonly indices: readonly number[];
  readonly values: readonly number[];
  /** max |x| over the whole tensor. */
  readonly max: number;
}

/** What PyTorch computed with one model, weights and input being those of formula-weights.ts. */
export interface GoldenModel {
  readonly name: string;
  readonly model: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputShape: readonly number[];
  /** What a model of lazy layers prints before it has seen an input. */
  readonly reprBefore?: string;
  readonly repr: string;
  readonly entries: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly logits?: { readonly shape: readonly number[]; readonly values: readonly number[] };
  /** The name of the Sequential whose layers' outputs are sampled, and the samples by layer. */
  readonly trunk?: string | null;
  readonly activations?: Readonly<Record<string, Samples>>;
  readonly step?: {
    readonly mode: 'train' | 'eval';
    readonly labels: readonly number[];
    readonly loss: number;
    readonly gradients: Readonly<Record<string, Samples>>;
    readonly buffers: Readonly<Record<string, Samples>>;
  };
}

export function readGoldenModels(): GoldenModel[] {
  return JSON.parse(readFileSync(new URL('../fixtures/models/models.json', import.meta.url), 'utf8'));
}

/** A tensor read back, as backends return it: shape and data in memory layout. */
interface ReadBack {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The elements of an activation that were sampled. */
export function sampleActivation(got: ReadBack, samples: Samples): ReadBack {
  return sample(got, samples, activationAxes(samples.shape.length, samples.shape.length === 4 ? 'batched' : 'literal'));
}

/** The elements of a parameter's gradient that were sampled. */
export function sampleParameter(got: ReadBack, samples: Samples): ReadBack {
  return sample(got, samples, parameterAxes(samples.shape.length));
}

function sample({ shape, data }: ReadBack, samples: Samples, axes: readonly number[]): ReadBack {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const values = samples.indices.map((index) => {
    const position = unravel(index, samples.shape);
    return data[axes.reduce((offset, axis, k) => offset + position[axis]! * strides[k]!, 0)]!;
  });
  return { shape: [values.length], data: values };
}
