import { type Random, ShapeError, sizeOf } from '../../core/index.js';
import { filledNormal } from '../initializers.js';
import { expectOptions } from '../options.js';
import type { Parameter } from '../parameter.js';
import { expectDimensions, expectRandomOptions, fill, type RandomOptions } from './fill.js';
import { randomFrame } from './random-frame.js';

// The initialisations of torch.nn.init whose values hang together. Shapes are PyTorch's: [out, in] and [out, in / groups, …].

/**
 * The identity: as many inputs as there are outputs pass a linear layer unchanged.
 * @throws ShapeError unless the parameter has 2 dimensions
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.eye_
 */
export function eye(parameter: Parameter): void {
  expectDimensions('eye', parameter, (dimensions) => dimensions === 2, '2');
  fill('eye', parameter, (shape) => {
    const [rows, columns] = shape as [number, number];
    const values = new Float32Array(rows * columns);
    for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
    return values;
  });
}

/**
 * Dirac's delta: as many channels as there are filters, in each group, pass a convolution unchanged.
 * @throws ShapeError unless the parameter has 3 to 5 dimensions, and filters in a multiple of `groups`
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.dirac_
 */
export function dirac(parameter: Parameter, options: { groups?: number } = {}): void {
  expectOptions('init.dirac', options, ['groups']);
  const { groups = 1 } = options;
  expectDimensions('dirac', parameter, (dimensions) => dimensions >= 3 && dimensions <= 5, '3 to 5');
  expectDivisible(parameter.expectedShape, groups);
  fill('dirac', parameter, (shape) => {
    const [filters, channels, ...kernel] = shape as [number, number, ...number[]];
    const area = sizeOf(kernel);
    const middle = kernel.reduce((position, size) => position * size + Math.floor(size / 2), 0);
    const groupFilters = filters / groups;
    const values = new Float32Array(sizeOf(shape));
    for (let filter = 0; filter < filters; filter++) {
      const channel = filter % groupFilters;
      if (channel < channels) values[(filter * channels + channel) * area + middle] = 1;
    }
    return values;
  });
}

function expectDivisible(shape: readonly number[], groups: number): void {
  if (Number.isInteger(groups) && groups >= 1 && shape[0]! % groups === 0) return;
  throw new ShapeError(
    `init.dirac: expected groups to divide the ${shape[0]} filters, got ${groups}. Give the groups of the convolution.`,
  );
}

/**
 * A matrix whose rows, or columns where those are fewer, are orthogonal and of length `gain`: Saxe et al. 2013. Dimensions behind the
 * first count as one.
 *
 * Units: the time goes with the product of both sides and the smaller one; 4096 × 1000 takes seconds.
 * @throws ShapeError if the parameter has fewer than 2 dimensions
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.orthogonal_
 */
export function orthogonal(parameter: Parameter, options: { gain?: number } & RandomOptions = {}): void {
  expectRandomOptions('orthogonal', options, ['gain']);
  const { gain = 1 } = options;
  expectDimensions('orthogonal', parameter, (dimensions) => dimensions >= 2, 'at least 2');
  const init = (shape: readonly number[], random: Random) => {
    const rows = shape[0]!;
    const columns = sizeOf(shape.slice(1));
    const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
    const frame = randomFrame(count, length, random);
    // The vectors are the rows, or the columns.
    const [vectorStride, stride] = rows < columns ? [length, 1] : [1, count];
    const values = new Float32Array(frame.length);
    for (let vector = 0; vector < count; vector++) {
      for (let i = 0; i < length; i++) values[vector * vectorStride + i * stride] = gain * frame[vector * length + i]!;
    }
    return values;
  };
  fill('orthogonal', parameter, init, options);
}

/**
 * Normal values of which a share in each column is zero: Martens 2010.
 * @param sparsity the share, 0 to 1
 * @throws ShapeError unless the parameter has 2 dimensions, and the share is one
 * @see https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.sparse_
 */
export function sparse(parameter: Parameter, sparsity: number, options: { std?: number } & RandomOptions = {}): void {
  expectRandomOptions('sparse', options, ['std']);
  const { std = 0.01 } = options;
  expectDimensions('sparse', parameter, (dimensions) => dimensions === 2, '2');
  expectShare(sparsity);
  const normal = filledNormal(() => std);
  const init = (shape: readonly number[], random: Random) => {
    const [rows, columns] = shape as [number, number];
    const values = normal(shape, random);
    for (let column = 0; column < columns; column++) {
      for (const row of drawRows(rows, Math.ceil(sparsity * rows), random)) values[row * columns + column] = 0;
    }
    return values;
  };
  fill('sparse', parameter, init, options);
}

function expectShare(sparsity: number): void {
  if (sparsity >= 0 && sparsity <= 1) return;
  throw new ShapeError(
    `init.sparse: expected a sparsity from 0 to 1, got ${sparsity}. Give the share of zeros, such as 0.9.`,
  );
}

/** `count` of the numbers below `rows`, each set as likely as another. */
function drawRows(rows: number, count: number, random: Random): number[] {
  const order = Array.from({ length: rows }, (_, row) => row);
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random.uniform() * (rows - i));
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order.slice(0, count);
}
