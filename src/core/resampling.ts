/** A resampling filter: its weight at a distance from the centre, and the distance beyond which it is 0. */
export interface ResampleFilter {
  readonly support: number;
  weight(x: number): number;
}

export const triangle: ResampleFilter = {
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
 *
 * @param step input pixels from one output pixel to the next
 */
export function resampleWeights(
  inSize: number,
  outSize: number,
  filter: ResampleFilter,
  step = inSize / outSize,
): ResampleWeights {
  const filterScale = Math.max(step, 1);
  const support = filter.support * filterScale;
  const taps = Math.min(Math.ceil(support) * 2 + 1, inSize);
  const first = new Int32Array(outSize);
  const count = new Int32Array(outSize);
  const values = new Float64Array(outSize * taps);
  // Multiplied, not divided, below: Pillow does so, and its bytes depend on the last bit.
  const inverseScale = 1 / filterScale;

  for (let i = 0; i < outSize; i++) {
    const center = (i + 0.5) * step;
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

/** The modes in which PyTorch resamples tensors. */
export type ResampleMode = 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic';

/** One direction of a resize, in PyTorch's terms. */
export interface AxisResize {
  readonly inSize: number;
  readonly outSize: number;
  readonly mode: ResampleMode;
  /** The outermost pixels' centres stay where they are. */
  readonly alignCorners?: boolean;
  readonly antialias?: boolean;
  /** The factor that was asked for, by which PyTorch measures positions; outSize / inSize if not given. */
  readonly scaleFactor?: number | undefined;
}

/** Input pixels from one output pixel to the next. */
export function resampleStep({ inSize, outSize, alignCorners, scaleFactor }: AxisResize): number {
  if (alignCorners) return outSize > 1 ? (inSize - 1) / (outSize - 1) : 0;
  return scaleFactor === undefined ? inSize / outSize : 1 / scaleFactor;
}

/** The input pixel that each output pixel of the modes 'nearest' and 'nearest-exact' shows. */
export function nearestIndices(resize: AxisResize): Int32Array {
  const { inSize, outSize, mode } = resize;
  // Whatever the factor is: PyTorch copies a size that stays, and repeats each pixel of one that doubles.
  const repeats = outSize / inSize;
  if (mode === 'nearest' && (repeats === 1 || repeats === 2)) {
    return Int32Array.from({ length: outSize }, (_, i) => Math.floor(i / repeats));
  }
  // PyTorch computes the position in float32, which decides ties.
  const step = Math.fround(resampleStep(resize));
  const offset = mode === 'nearest-exact' ? 0.5 : 0;
  return Int32Array.from({ length: outSize }, (_, i) =>
    Math.min(Math.floor(Math.fround((i + offset) * step)), inSize - 1),
  );
}

/** The resize of one direction as a matrix [outSize, inSize] in row-major order: output = matrix · input. */
export function resampleMatrix(resize: AxisResize): Float32Array<ArrayBuffer> {
  const { inSize, outSize, mode, antialias } = resize;
  const matrix = new Float32Array(outSize * inSize);
  const add: AddWeight = (i, j, w) => {
    matrix[i * inSize + j]! += w;
  };
  if (mode === 'nearest' || mode === 'nearest-exact')
    for (const [i, j] of nearestIndices(resize).entries()) add(i, j, 1);
  else if (antialias) addAntialiased(resize, add);
  else if (mode === 'bilinear') addBilinear(resize, add);
  else addBicubic(resize, add);
  return matrix;
}

/** Adds weight `w` of input `j` to output `i` of a resize in one direction. */
type AddWeight = (i: number, j: number, w: number) => void;

function addAntialiased(resize: AxisResize, add: AddWeight): void {
  const filter = resize.mode === 'bilinear' ? triangle : cubic(-0.5);
  const { first, count, values, taps } = resampleWeights(resize.inSize, resize.outSize, filter, resampleStep(resize));
  for (let i = 0; i < resize.outSize; i++) {
    for (let j = 0; j < count[i]!; j++) add(i, first[i]! + j, values[i * taps + j]!);
  }
}

/** Two taps around each output pixel's centre; positions before the first pixel's centre count as that centre. */
function addBilinear(resize: AxisResize, add: AddWeight): void {
  const { inSize, outSize } = resize;
  for (let i = 0; i < outSize; i++) {
    // Where the size stays, so does every pixel, whatever factor was asked for.
    const position = inSize === outSize ? i : Math.max(positionOf(i, resize), 0);
    const left = Math.min(Math.floor(position), inSize - 1);
    const fraction = position - left;
    add(i, left, 1 - fraction);
    add(i, Math.min(left + 1, inSize - 1), fraction);
  }
}

/** Four taps; those beyond the border repeat the border pixel. */
function addBicubic(resize: AxisResize, add: AddWeight): void {
  const { weight } = cubic(-0.75);
  for (let i = 0; i < resize.outSize; i++) {
    const position = positionOf(i, resize);
    const left = Math.floor(position);
    for (let j = left - 1; j <= left + 2; j++) {
      add(i, Math.min(Math.max(j, 0), resize.inSize - 1), weight(j - position));
    }
  }
}

/** Where the centre of output pixel `i` lies, in input pixels from the first one's centre. */
function positionOf(i: number, resize: AxisResize): number {
  const step = resampleStep(resize);
  return resize.alignCorners ? i * step : (i + 0.5) * step - 0.5;
}
