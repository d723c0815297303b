import { newSeed, ZooError } from '../core/index.js';
import type { Dataset } from './dataset.js';
import { permutation } from './seeds.js';
import { Subset } from './subset.js';

/**
 * Splits a data set at random into parts that share no sample.
 * @param lengths of the parts: numbers of samples that sum to all, or fractions that sum to 1; what fractions leave over goes to the first parts,
 * one to each in turn
 * @param options.seed what the choice follows. Default: a new one, which follows `manualSeed`.
 * @throws ZooError where the lengths do not fit the data set
 * @example
 * const digits = { length: 10, get: (index: number) => ({ input: image, label: index }) };
 * const [train, validation] = datasets.randomSplit(digits, [0.75, 0.25], { seed: 1 });
 * console.log(train!.length, validation!.length); // 8 2
 * @see https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.random_split
 */
export function randomSplit(
  dataset: Dataset,
  lengths: readonly number[],
  options: { readonly seed?: number | undefined } = {},
): Subset[] {
  const counts = countsOf(lengths, dataset.length);
  const order = permutation(dataset.length, options.seed ?? newSeed());
  let end = 0;
  return counts.map((count) => {
    end += count;
    return new Subset(dataset, order.subarray(end - count, end));
  });
}

function countsOf(lengths: readonly number[], total: number): number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  const isPositive = lengths.every((length) => length >= 0);
  // As PyTorch's: fractions may sum to a little less than 1 by rounding, but not to more.
  if (isPositive && Math.abs(sum - 1) <= 1e-9 && sum <= 1) {
    const counts = lengths.map((fraction) => Math.floor(total * fraction));
    const rest = total - counts.reduce((a, b) => a + b, 0);
    return counts.map((count, i) => count + Math.floor((rest + counts.length - 1 - i) / counts.length));
  }
  if (isPositive && sum === total && lengths.every(Number.isInteger)) return [...lengths];
  throw new ZooError(
    `randomSplit: expected numbers of samples that sum to ${total}, or fractions that sum to 1, got [${lengths.join(', ')}], which sum to ${sum}. Correct the lengths.`,
  );
}
