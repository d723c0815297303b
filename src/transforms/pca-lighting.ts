import { forkRandom, pyFloat, type Random, ZooError } from '../core/index.js';
import { adjustLighting, imageNetColors, type PrincipalColors } from './functional/lighting.js';
import { checkInput } from './input.js';
import { floatListRepr } from './python.js';
import type { ImageOrTensor, Transform } from './transform.js';

export interface PCALightingOptions extends Partial<PrincipalColors> {
  /** Standard deviation of what each eigenvalue is multiplied by. Default 0.1, the paper's. */
  alphaStd?: number;
}

/**
 * Changes the intensity and colour of an image's light at random: the AlexNet paper's second augmentation.
 *
 * Shape: an 8-bit RGB image, or a float tensor `[H, W, 3]` or `[N, H, W, 3]` of values 0 to 1; the same comes out. All images of a
 * batch are changed alike. Without `eigenvalues` and `eigenvectors` the light varies as ImageNet's does; `principalColors` computes
 * those of your own images.
 *
 * Differs from PyTorch: torchvision has no such transform. The numbers are those of Torch's training of ResNets.
 *
 * @throws ZooError where an option makes no sense or the image has not three channels.
 * @example
 * const augmented = new PCALighting().apply(image);
 * @see https://papers.nips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html section 4.1
 */
export class PCALighting implements Transform<ImageOrTensor, ImageOrTensor> {
  readonly alphaStd: number;
  readonly eigenvalues: PrincipalColors['eigenvalues'];
  readonly eigenvectors: PrincipalColors['eigenvectors'];

  constructor(options: PCALightingOptions = {}) {
    const { alphaStd = 0.1, eigenvalues, eigenvectors } = { ...imageNetColors, ...options };
    checkNumbers({ alphaStd, eigenvalues, eigenvectors });
    this.alphaStd = alphaStd;
    this.eigenvalues = eigenvalues;
    this.eigenvectors = eigenvectors;
  }

  /** Draws a number for each eigenvalue. */
  static getParams(alphaStd: number, random: Random = forkRandom()): [number, number, number] {
    return [alphaStd * random.normal(), alphaStd * random.normal(), alphaStd * random.normal()];
  }

  apply<T extends ImageOrTensor>(input: T): T {
    checkInput('PCALighting', input);
    return adjustLighting(input, PCALighting.getParams(this.alphaStd), this);
  }

  toString(): string {
    return `PCALighting(alpha_std=${pyFloat(this.alphaStd)}, eigenvalues=${floatListRepr(this.eigenvalues)})`;
  }
}

function checkNumbers({ alphaStd, eigenvalues, eigenvectors }: Required<PCALightingOptions>): void {
  const wrong: string[] = [];
  const areThree = (row: unknown) => Array.isArray(row) && row.length === 3 && row.every(Number.isFinite);
  if (!(Number.isFinite(alphaStd) && alphaStd >= 0)) wrong.push(`alphaStd to be at least 0, got ${alphaStd}`);
  if (!areThree(eigenvalues)) wrong.push(`eigenvalues to be three numbers, got ${JSON.stringify(eigenvalues)}`);
  if (!Array.isArray(eigenvectors) || eigenvectors.length !== 3 || !eigenvectors.every(areThree)) {
    wrong.push(`eigenvectors to be three rows of three numbers, got ${JSON.stringify(eigenvectors)}`);
  }
  if (wrong.length === 0) return;
  throw new ZooError(`PCALighting: expected ${wrong.join(', and ')}. Leave them out for ImageNet's.`);
}
