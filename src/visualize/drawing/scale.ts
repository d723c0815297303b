import type { Edges } from './cuboid.js';

// Sizes are drawn by their square roots: an image of 224 × 224 is five times as high as maps of 9 × 9, and not twenty-five times, and
// both can be read. Each kind of size has its own scale, whose largest value in the model has the length below.

/** Pixels of the highest image. */
const FACE = 230;
/** Pixels of the most channels. */
const DEPTH = 72;
/** Pixels of the longest vector. */
const BAR = 210;

/** What must stay visible, in pixels. */
const LEAST = { face: 12, depth: 4, bar: 12 };

/** Where a model has few channels, or short vectors, they are not drawn longer than this times their square roots. */
const MOST = { depth: 9, bar: 22 };

/** The thickness of a vector's bar. */
const THIN = { width: 16, depth: 10 };

/** Whether a shape, with its batch axis, is a vector for each image. */
export function isVector(shape: readonly number[]): boolean {
  return shape.length <= 2;
}

/**
 * Edges for activations of a model, given all of their shapes with batch axes.
 * @param zoom makes all of them shorter
 */
export function scaleOf(shapes: readonly (readonly number[])[], zoom = 1): (shape: readonly number[]) => Edges {
  const images = shapes.filter((shape) => !isVector(shape)).map(extentsOf);
  const vectors = shapes.filter(isVector).map((shape) => shape.at(-1) ?? 1);
  const face = (zoom * FACE) / Math.sqrt(greatest(images.flatMap((extents) => extents.slice(0, 2))));
  const depth = zoom * Math.min(MOST.depth, DEPTH / Math.sqrt(greatest(images.map(([, , channels]) => channels))));
  const bar = zoom * Math.min(MOST.bar, BAR / Math.sqrt(greatest(vectors)));
  return (shape) => {
    if (isVector(shape)) return { height: Math.max(LEAST.bar, bar * Math.sqrt(shape.at(-1) ?? 1)), ...THIN };
    const [height, width, channels] = extentsOf(shape);
    return {
      height: Math.max(LEAST.face, face * Math.sqrt(height)),
      width: Math.max(LEAST.face, face * Math.sqrt(width)),
      depth: Math.max(LEAST.depth, depth * Math.sqrt(channels)),
    };
  };
}

/** Height, width and channels: of [N, L, C] a sequence one wide, of more axes the last three. */
export function extentsOf(shape: readonly number[]): readonly [height: number, width: number, channels: number] {
  const [height = 1, width = 1, channels = 1] = shape.length === 3 ? [shape[1], 1, shape[2]] : shape.slice(-3);
  return [height, width, channels];
}

function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 1);
}
