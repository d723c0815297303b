import { expect } from 'chai';
import { sizeOf } from '../../src/core/index.js';
import { activationAxes, type Layout, parameterAxes, unravel } from './golden.js';
import { expectClose, PARAMETER_GRADIENT_TOLERANCE, TOLERANCE } from './golden-close.js';
import type { ReadBack } from './golden-run.js';

/** Some elements of a tensor, by flat index in PyTorch's layout. */
export interface Samples {
  readonly shape: readonly number[];
  readonly indices: readonly number[];
  readonly values: readonly number[];
  /** max |x| over the whole tensor. */
  readonly max: number;
}

/** Compares an activation, or its gradient, where PyTorch's was sampled. */
export function expectActivation(what: string, got: ReadBack, want: Samples, layout?: Layout): void {
  const lies = layout ?? (want.shape.length === 4 ? 'batched' : 'literal');
  expectSamples(what, got, want, activationAxes(want.shape.length, lies), TOLERANCE);
}

/** Compares a parameter's gradient where PyTorch's was sampled. */
export function expectParameterGradient(what: string, got: ReadBack, want: Samples): void {
  expectSamples(what, got, want, parameterAxes(want.shape.length), PARAMETER_GRADIENT_TOLERANCE);
}

function expectSamples(what: string, got: ReadBack, want: Samples, axes: readonly number[], tolerance: number): void {
  expect([...got.shape], `${what}: shape`).to.deep.equal(axes.map((axis) => want.shape[axis]));
  const strides = got.shape.map((_, axis) => sizeOf(got.shape.slice(axis + 1)));
  const values = want.indices.map((index) => {
    const position = unravel(index, want.shape);
    return got.data[axes.reduce((offset, axis, k) => offset + position[axis]! * strides[k]!, 0)]!;
  });
  const shape = [values.length];
  expectClose(what, { shape, data: values }, { shape, data: want.values }, tolerance, want.max);
}
