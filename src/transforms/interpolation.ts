import { ZooError } from '../core/index.js';

/** torchvision's `InterpolationMode`, by value. Tensors take the first four, 8-bit images all. */
export type InterpolationMode = 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic' | 'box' | 'hamming' | 'lanczos';

/** A resampling filter: its weight at a distance from the centre, and the distance beyond which it is 0. */
export interface ResampleFilter {
  readonly support: number;
  weight(x: number): number;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

const triangle: ResampleFilter = {
  support: 1,
  weight: (x) => Math.max(0, 1 - Math.abs(x)),
};

/** Keys' cubic convolution. Pillow and every antialiased resize use a = -0.5; PyTorch's plain bicubic uses -0.75. */
export function cubic(a: number): ResampleFilter {
  return {
    support: 2,
    weight(signed) {
      const x = Math.abs(signed);
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
      return 0;
    },
  };
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

/** For each output position: the first input it draws on, how many, and their weights, which sum to 1. */
export interface ResampleWeights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** Row `i` starts at `i * taps`; entries from `count[i]` on are 0. */
  readonly values: Float64Array;
  readonly taps: number;
}

/**
 * Weights that turn `inSize` samples into `outSize`, as Pillow and PyTorch's antialiased resize compute them: the
 * filter is as wide as an output pixel where the image shrinks, and never narrower than an input pixel.
 */
export function resampleWeights(inSize: number, outSize: number, filter: ResampleFilter): ResampleWeights {
  const scale = inSize / outSize;
  const filterScale = Math.max(scale, 1);
  const support = filter.support * filterScale;
  const taps = Math.min(Math.ceil(support) * 2 + 1, inSize);
  const first = new Int32Array(outSize);
  const count = new Int32Array(outSize);
  const values = new Float64Array(outSize * taps);
  // Multiplied, not divided, below: Pillow does so, and its bytes depend on the last bit.
  const inverseScale = 1 / filterScale;

  for (let i = 0; i < outSize; i++) {
    const center = (i + 0.5) * scale;
    const begin = Math.max(Math.trunc(center - support + 0.5), 0);
    const end = Math.min(Math.trunc(center + support + 0.5), inSize);
    first[i] = begin;
    count[i] = end - begin;
    const row = values.subarray(i * taps, i * taps + end - begin);
    let sum = 0;
    for (let j = 0; j < row.length; j++) {
      row[j] = filter.weight((j + begin - center + 0.5) * inverseScale);
      sum += row[j]!;
    }
    if (sum !== 0) for (let j = 0; j < row.length; j++) row[j]! /= sum;
  }
  return { first, count, values, taps };
}
