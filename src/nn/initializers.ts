import { type Random, ShapeError, sizeOf } from '../core/index.js';
import type { Initializer } from './state.js';

// What layers and nn.init fill parameters with.

/** Number of inputs and of outputs of one unit: the channels times the area of the kernel. Shape is PyTorch's. */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) {
    throw new ShapeError(
      `init: expected a weight of at least 2 dimensions to count its fan, got shape [${shape.join(', ')}]. ` +
        'Use init.uniform or init.normal.',
    );
  }
  const area = sizeOf(shape.slice(2));
  return { fanIn: shape[1]! * area, fanOut: shape[0]! * area };
}

/** An initializer of one value everywhere. */
export function filled(value: number): Initializer {
  return (shape) => new Float32Array(sizeOf(shape)).fill(value);
}

/** An initializer that draws one value after the other. */
export function filledBy(draw: (random: Random) => number): Initializer {
  return (shape, random) => {
    const values = new Float32Array(sizeOf(shape));
    for (let i = 0; i < values.length; i++) values[i] = draw(random);
    return values;
  };
}

/** An initializer uniform over the range that `range` gives for a shape. */
export function filledUniform(range: (shape: readonly number[]) => readonly [number, number]): Initializer {
  return (shape, random) => {
    const [low, high] = range(shape);
    return filledBy(() => low + (high - low) * random.uniform())(shape, random);
  };
}

/** PyTorch's default for the weight of a linear or convolution: uniform over ±1 / sqrt(fanIn). */
export const fanInUniform: Initializer = filledUniform(fanInRange);

/** PyTorch's default for a bias: as its weight, whose shape may become known later. */
export function fanInUniformOf(weight: { readonly shape: readonly number[] }): Initializer {
  return filledUniform(() => fanInRange(weight.shape));
}

function fanInRange(weightShape: readonly number[]): [number, number] {
  return symmetric(1 / Math.sqrt(fans(weightShape).fanIn));
}

/** An initializer normal around `mean`, with the deviation that `std` gives for a shape. */
export function filledNormal(std: (shape: readonly number[]) => number, mean = 0): Initializer {
  return (shape, random) => {
    const deviation = std(shape);
    return filledBy(() => mean + deviation * random.normal())(shape, random);
  };
}

/** The range ±bound. */
export function symmetric(bound: number): [number, number] {
  return [-bound, bound];
}
