import * as tf from '@tensorflow/tfjs-core';
import { type AxisResize, nearestIndices, resampleMatrix, resampleStep, ShapeError } from '../../core/index.js';
import { adaptiveAvgPool2d } from './adaptive-pool.js';
import {
  expectFloat,
  expectOptionsObject,
  expectPair,
  expectPixels,
  expectRank,
  type NumberOrPair,
  PAIR_REMEDY,
  shapeText,
} from './checks.js';
import { gatherImage, insteadOfMatrices, multiplyImage } from './separable.js';

/** How the values between pixels are found; 'area' averages what an output pixel covers. */
export type InterpolateMode = 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'area';

export interface InterpolateOptions {
  /** Height and width to bring the image to. */
  readonly size?: NumberOrPair | null;
  /** What to multiply height and width by; products are rounded down. */
  readonly scaleFactor?: NumberOrPair | null;
  /** 'nearest' if not given. */
  readonly mode?: InterpolateMode;
  /** Whether the outermost pixels' centres stay where they are; only for 'bilinear' and 'bicubic'. */
  readonly alignCorners?: boolean | null;
  /** Measures positions by the ratio of the sizes, after rounding, and not by `scaleFactor` itself. */
  readonly recomputeScaleFactor?: boolean | null;
  /** Widens the filter where the image shrinks, as Pillow does; only for 'bilinear' and 'bicubic'. */
  readonly antialias?: boolean;
}

/**
 * Resizes images.
 *
 * Shape: x [N, H, W, C] → [N, H', W', C], H' and W' = `size`, or floor(H · scaleFactor) and floor(W · scaleFactor).
 *
 * Differs from PyTorch: images only, so neither 'linear' nor 'trilinear'. The gradient is that of what forward computes;
 * PyTorch's is that of a copy where mode 'bicubic' has a `scaleFactor` such as 1.1 that leaves the size as it is, and that of
 * the sizes' ratio where `antialias` has a `scaleFactor` that is not their ratio.
 * @throws ShapeError if x is no batch of images, the options contradict each other, or nothing would be left
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 */
export function interpolate(x: tf.Tensor, options: InterpolateOptions): tf.Tensor {
  expectOptionsObject('interpolate', options);
  expectRank('interpolate', x, [4], 'an image batch [N, H, W, C]');
  expectFloat('interpolate', x);
  expectPixels('interpolate', x);
  const { mode = 'nearest', alignCorners, antialias = false } = options;
  const { size, scaleFactors } = expectResize('interpolate', options);
  const sizes = x.shape.slice(1, 3) as [number, number];
  const outSizes = size ?? (sizes.map((length, axis) => Math.floor(length * scaleFactors![axis]!)) as [number, number]);
  if (outSizes.some((length) => length < 1)) {
    throw new ShapeError(
      `interpolate: expected a size of at least 1×1, got ${outSizes.join('×')} for shape ${shapeText(x.shape)}. ` +
        'Give a larger scaleFactor, or size.',
    );
  }
  if (mode === 'area') return adaptiveAvgPool2d(x, outSizes);
  const keeps = sizes.map((length, axis) => length === outSizes[axis]);
  // Antialiased, PyTorch leaves rows alone whose number stays, and columns where both numbers stay; whatever the factor.
  const leaves = [antialias && keeps[0], antialias && keeps[0] && keeps[1]];
  const [rows, columns] = sizes.map((inSize, axis): AxisResize => {
    const scaleFactor = options.recomputeScaleFactor || leaves[axis] ? undefined : scaleFactors?.[axis];
    return { inSize, outSize: outSizes[axis]!, mode, alignCorners: alignCorners ?? false, antialias, scaleFactor };
  }) as [AxisResize, AxisResize];
  return tf.tidy(() => resizeImage(x as tf.Tensor4D, rows, columns));
}

/** What to resize to, as pairs. @throws ShapeError unless the options fit each other */
export function expectResize(
  who: string,
  options: InterpolateOptions,
): { size: [number, number] | null; scaleFactors: [number, number] | null } {
  const { size = null, scaleFactor = null, mode = 'nearest', alignCorners = null } = options;
  const modes: readonly string[] = ['nearest', 'nearest-exact', 'bilinear', 'bicubic', 'area'];
  const isSmooth = mode === 'bilinear' || mode === 'bicubic';
  const wrong = (text: string) => new ShapeError(`${who}: expected ${text}`);
  if (!modes.includes(mode)) {
    throw wrong(`mode to be one of ${modes.join(', ')}, got '${mode}'. Choose one of these.`);
  }
  if ((size === null) === (scaleFactor === null)) {
    const got = size === null ? 'neither' : `size ${String(size)} and scaleFactor ${String(scaleFactor)}`;
    throw wrong(`either size or scaleFactor, got ${got}. Give one of them.`);
  }
  if (alignCorners !== null && !isSmooth) {
    throw wrong(
      `alignCorners only with mode bilinear or bicubic, got ${alignCorners} with mode '${mode}'. Leave it out.`,
    );
  }
  if (options.antialias && !isSmooth) {
    throw wrong(`antialias only with mode bilinear or bicubic, got it with mode '${mode}'. Leave it out.`);
  }
  if (options.recomputeScaleFactor && size !== null) {
    throw wrong(`recomputeScaleFactor only with scaleFactor, got it with size ${String(size)}. Leave it out.`);
  }
  return {
    size: size === null ? null : expectPair(who, 'size', size, 1),
    scaleFactors: scaleFactor === null ? null : expectFactors(who, scaleFactor),
  };
}

function expectFactors(who: string, value: NumberOrPair): [number, number] {
  const pair = Array.isArray(value) ? value : [value, value];
  if (pair.length === 2 && pair.every((factor) => Number.isFinite(factor) && factor > 0)) return [pair[0], pair[1]];
  const got = Array.isArray(value) ? shapeText(value) : String(value);
  throw new ShapeError(`${who}: expected scaleFactor to be one or two positive numbers, got ${got}. ${PAIR_REMEDY}`);
}

/** Resizes by the quickest way forward there is, and back by the transposed matrices of the two directions. */
function resizeImage(x: tf.Tensor4D, rows: AxisResize, columns: AxisResize): tf.Tensor4D {
  return insteadOfMatrices(
    x,
    (images) => resizeForward(images, rows, columns),
    () => [matrixOf(rows), matrixOf(columns)],
  );
}

function resizeForward(x: tf.Tensor4D, rows: AxisResize, columns: AxisResize): tf.Tensor4D {
  const { mode, alignCorners = false, antialias } = rows;
  const outSize: [number, number] = [rows.outSize, columns.outSize];
  if (mode === 'nearest' || mode === 'nearest-exact') {
    if (showsCentres(rows) && showsCentres(columns)) return tf.image.resizeNearestNeighbor(x, outSize, false, true);
    // No matrices: 0 · Infinity would be NaN in pixels that do not show it.
    return gatherImage(x, nearestIndices(rows), nearestIndices(columns));
  }
  if (mode === 'bilinear' && !antialias && (alignCorners || (stepsByRatio(rows) && stepsByRatio(columns)))) {
    return tf.image.resizeBilinear(x, outSize, alignCorners, !alignCorners);
  }
  return multiplyImage(x, [matrixOf(rows), matrixOf(columns)]);
}

function matrixOf(resize: AxisResize): tf.Tensor2D {
  return tf.tensor2d(resampleMatrix(resize), [resize.outSize, resize.inSize]);
}

/** Whether tfjs, which knows no factors but the ratio of the sizes, finds the same positions as PyTorch. */
function stepsByRatio(resize: AxisResize): boolean {
  const { inSize, outSize } = resize;
  return inSize === outSize || Math.abs(resampleStep(resize) - inSize / outSize) * outSize < 1e-6;
}

/**
 * Whether each output pixel shows the input pixel in which its centre lies, as where a whole factor enlarges, and lies far enough
 * from its border for every backend's rounding.
 */
function showsCentres(resize: AxisResize): boolean {
  const { inSize, outSize } = resize;
  return nearestIndices(resize).every((index, i) => Math.abs(((i + 0.5) * inSize) / outSize - index - 0.5) < 0.499);
}
