import { ZooError } from '../core/index.js';
import type { Transform } from './transform.js';

/**
 * Makes a transform of a function.
 *
 * @throws ZooError where `lambd` is no function.
 * @example
 * const invert = new Lambda((x: tf.Tensor) => tf.sub(1, x));
 * const negative = new Compose([new ToTensor(), invert]).apply(image);
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Lambda.html
 */
export class Lambda<In, Out> implements Transform<In, Out> {
  readonly lambd: (input: In) => Out;

  constructor(lambd: (input: In) => Out) {
    if (typeof lambd !== 'function') {
      throw new ZooError(`Lambda: expected a function, got ${typeof lambd}. Give one of one argument.`);
    }
    this.lambd = lambd;
  }

  apply(input: In): Out {
    return this.lambd(input);
  }

  toString(): string {
    return 'Lambda()';
  }
}
