import { ZooError } from '../core/index.js';
import type { PrincipalColors } from './functional/lighting.js';
import { channelsOf, checkImage, type PixelImage } from './image.js';

type Matrix = [[number, number, number], [number, number, number], [number, number, number]];

/**
 * How the colours of your images spread, for `PCALighting`: the principal components of all their pixels.
 *
 * Units: those of tensors, where 1 is the brightest. The sign of each direction is arbitrary.
 *
 * @throws ZooError where there is no image, or one of another number of channels than 3.
 * @example
 * const augment = new PCALighting(principalColors([image]));
 * @see https://papers.nips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html section 4.1
 */
export function principalColors(images: Iterable<PixelImage>): PrincipalColors {
  const { values, vectors } = eigen(covarianceOf(images));
  const order = [0, 1, 2].sort((i, j) => values[j]! - values[i]!);
  const sorted = (row: readonly number[]) => order.map((i) => row[i]!) as [number, number, number];
  const [red, green, blue] = vectors;
  return { eigenvalues: sorted(values), eigenvectors: [sorted(red), sorted(green), sorted(blue)] };
}

function covarianceOf(images: Iterable<PixelImage>): Matrix {
  let pixels = 0;
  const sums = [0, 0, 0];
  const products: Matrix = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (const image of images) {
    checkImage('principalColors', image);
    if (channelsOf(image) !== 3) {
      throw new ZooError(
        `principalColors: expected images of 3 channels, got 1 in one of ${image.height}×${image.width}. Leave gray images out.`,
      );
    }
    pixels += image.width * image.height;
    for (let at = 0; at < image.data.length; at += 3) {
      for (let i = 0; i < 3; i++) {
        sums[i]! += image.data[at + i]!;
        for (let j = 0; j < 3; j++) products[i]![j]! += image.data[at + i]! * image.data[at + j]!;
      }
    }
  }
  if (pixels === 0)
    throw new ZooError('principalColors: expected at least one image, got none. Give some of what you train on.');
  const mean = sums.map((sum) => sum / pixels);
  return products.map((row, i) => row.map((sum, j) => (sum / pixels - mean[i]! * mean[j]!) / 255 ** 2)) as Matrix;
}

/**
 * Eigenvalues of a symmetric matrix, and its eigenvectors as columns, by Jacobi's method: each rotation makes one number beside the
 * diagonal zero, and what it brings back elsewhere is smaller.
 */
function eigen(symmetric: Matrix): { values: number[]; vectors: Matrix } {
  let matrix = symmetric;
  let vectors: Matrix = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  // After three or four rounds nothing changes any more.
  for (let round = 0; round < 12; round++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const beside = matrix[p][q];
      if (beside === 0) continue;
      const angle = Math.atan2(2 * beside, matrix[p][p] - matrix[q][q]) / 2;
      vectors = rotateColumns(vectors, p, q, angle);
      matrix = transpose(rotateColumns(transpose(rotateColumns(matrix, p, q, angle)), p, q, angle));
    }
  }
  return { values: matrix.map((row, i) => row[i]!), vectors };
}

function rotateColumns(matrix: Matrix, p: number, q: number, angle: number): Matrix {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return matrix.map((row) =>
    row.map((value, i) => {
      if (i === p) return cosine * value + sine * row[q]!;
      return i === q ? cosine * value - sine * row[p]! : value;
    }),
  ) as Matrix;
}

function transpose(matrix: Matrix): Matrix {
  return matrix.map((_, i) => matrix.map((row) => row[i])) as Matrix;
}
