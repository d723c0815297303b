import { ZooError } from '../core/index.js';
import type { Dataset, Sample } from './dataset.js';
import { expectIndex } from './expect-index.js';

/**
 * Some samples of a data set, in an order of their own.
 * @throws ZooError where an index is none of the data set's
 * @example
 * const digits = { length: 10, get: (index: number) => ({ input: image, label: index }) };
 * const some = new datasets.Subset(digits, [7, 0]);
 * const { label } = await some.get(0);
 * console.log(some.length, label); // 2 7
 * @see https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Subset
 */
export class Subset implements Dataset {
  readonly dataset: Dataset;
  readonly indices: ArrayLike<number>;

  constructor(dataset: Dataset, indices: ArrayLike<number>) {
    const wrong = Array.from(indices).filter(
      (index) => !(Number.isInteger(index) && index >= 0 && index < dataset.length),
    );
    if (wrong.length > 0) {
      const got = [...wrong.slice(0, 5), ...(wrong.length > 5 ? ['…'] : [])].join(', ');
      throw new ZooError(
        `Subset: expected indices to be integers from 0 to ${dataset.length - 1}, got ${got}. Choose among the data set's samples.`,
      );
    }
    this.dataset = dataset;
    this.indices = indices;
  }

  get length(): number {
    return this.indices.length;
  }

  get classes(): readonly string[] | undefined {
    return this.dataset.classes;
  }

  get(index: number, seed?: number): Sample | Promise<Sample> {
    expectIndex('Subset', index, this.length);
    return this.dataset.get(this.indices[index]!, seed);
  }
}
