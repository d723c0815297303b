import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../../core/index.js';
import { expectPair, expectPixels, type NumberOrPair, shapeText } from './checks.js';
import type { Pads } from './padding.js';

export interface PoolOptions {
  /** Distance between windows; the kernel size if not given. */
  readonly stride?: NumberOrPair | null;
  readonly padding?: NumberOrPair;
  /** Rounds the output size up: a last window may begin inside the image and end outside. */
  readonly ceilMode?: boolean;
}

/** What the windows along one direction cover. */
export interface Windows {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
  /** Number of windows. */
  readonly count: number;
  /** Columns to add behind the image so that every window is whole; negative where the image ends in columns no window sees. */
  readonly after: number;
}

/** A pooling's arguments as pairs. @throws ShapeError if one is out of its range */
export function expectWindows(
  who: string,
  kernelSize: NumberOrPair,
  options: PoolOptions & { readonly dilation?: NumberOrPair },
) {
  const kernels = expectPair(who, 'kernelSize', kernelSize, 1);
  const strides = expectPair(who, 'stride', options.stride ?? kernelSize, 1);
  const paddings = expectPair(who, 'padding', options.padding ?? 0, 0);
  const dilations = expectPair(who, 'dilation', options.dilation ?? 1, 1);
  if (paddings.some((padding, axis) => padding > kernels[axis]! / 2)) {
    throw new ShapeError(
      `${who}: expected padding of at most half the kernel size ${shapeText(kernels)}, got ${shapeText(paddings)}. ` +
        'Pad the image first if you need more.',
    );
  }
  return { kernels, strides, paddings, dilations };
}

/** Where the windows of a pooling lie in an image. @throws ShapeError if the image is empty or smaller than a window */
export function windowsOf(
  who: string,
  x: Tensor,
  kernelSize: NumberOrPair,
  options: PoolOptions & { readonly dilation?: NumberOrPair },
): [rows: Windows, columns: Windows] {
  const { kernels, strides, paddings, dilations } = expectWindows(who, kernelSize, options);
  expectPixels(who, x);
  const ceilMode = options.ceilMode ?? false;
  const sizes = x.shape.slice(-3, -1);
  const windows = sizes.map((size, axis) => {
    const kernel = kernels[axis]!;
    const stride = strides[axis]!;
    const padding = paddings[axis]!;
    const dilation = dilations[axis]!;
    const extent = dilation * (kernel - 1) + 1;
    const steps = (size + 2 * padding - extent) / stride;
    let count = (ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // A window that would begin in the padding behind the image is left out.
    if (ceilMode && (count - 1) * stride >= size + padding) count--;
    const after = (count - 1) * stride + extent - size - padding;
    return { size, kernel, stride, dilation, padding, count, after };
  });
  if (windows.some(({ count }) => count < 1)) {
    throw new ShapeError(
      `${who}: expected an image of at least the kernel size ${shapeText(kernels)}, got shape ${shapeText(x.shape)} with ` +
        `padding ${shapeText(paddings)}. Give a larger image, or use fewer poolings.`,
    );
  }
  return windows as [Windows, Windows];
}

/** What to add around an image so that every window is whole. */
export function padsOf([rows, columns]: readonly [Windows, Windows]): Pads {
  return {
    top: rows.padding,
    bottom: Math.max(0, rows.after),
    left: columns.padding,
    right: Math.max(0, columns.after),
  };
}
