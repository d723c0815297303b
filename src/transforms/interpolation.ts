import { cubic, type ResampleFilter, triangle, ZooError } from '../core/index.js';

/** torchvision's `InterpolationMode`, by value. Tensors take the first four, 8-bit images all. */
export type InterpolationMode = 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'box' | 'hamming' | 'lanczos';

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

/** The filters of Pillow's Resample.c, where 'nearest' is none: it picks pixels. */
const filters: Readonly<Record<string, ResampleFilter>> = {
  bilinear: triangle,
  bicubic: cubic(-0.5),
  // Open on the left and closed on the right, so that a point between two pixels counts once.
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  hamming: {
    support: 1,
    weight(signed) {
      const x = Math.abs(signed);
      return x >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(x * Math.PI));
    },
  },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** The filter of a mode; undefined for the two that pick the nearest pixel. */
export function filterOf(mode: InterpolationMode): ResampleFilter | undefined {
  return filters[mode];
}

/** @throws ZooError for a word that is no mode. */
export function checkInterpolation(who: string, mode: string): asserts mode is InterpolationMode {
  const modes = ['nearest', 'nearest-exact', ...Object.keys(filters)];
  if (modes.includes(mode)) return;
  throw new ZooError(
    `${who}: expected interpolation to be one of ${modes.join(', ')}, got '${mode}'. Choose one of them.`,
  );
}
