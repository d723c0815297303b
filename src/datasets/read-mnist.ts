import { readFrom, usualFolders } from '#datasets-platform';
import { ZooError } from '../core/index.js';
import { type IdxArray, readIdx } from './idx.js';
import type { MnistFiles } from './mnist-files.js';

export interface ReadMnistOptions {
  /** The 60,000 images to train on, or the 10,000 to test with. Default true. */
  train?: boolean | undefined;
  /**
   * A folder with the files, as a path (in a page relative to it) or URL: they may lie there, in raw, or in NAME/raw, where torchvision keeps
   * them.
   */
  root?: string | URL | undefined;
  /** Stops reading; the promise is rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
}

export interface MnistArrays {
  /** [N, 28, 28] */
  readonly images: Uint8Array;
  /** [N] */
  readonly labels: Uint8Array;
}

/**
 * Reads the images and labels of a set.
 * @throws ZooError where a file is missing, damaged, or does not fit the other
 */
export async function readMnist(files: MnistFiles, options: ReadMnistOptions): Promise<MnistArrays> {
  const part = (options.train ?? true) ? 'train' : 't10k';
  const labels = await readArray(files, `${part}-labels-idx1-ubyte`, 1, options);
  const images = await readArray(files, `${part}-images-idx3-ubyte`, 3, options);
  expectFitting(files, images.shape, labels);
  return { images: images.data, labels: labels.data };
}

async function readArray(
  files: MnistFiles,
  name: string,
  rank: number,
  { root, signal }: ReadMnistOptions,
): Promise<IdxArray> {
  const roots = root === undefined ? usualFolders(files.debian) : [root];
  const folders = roots.flatMap((each) =>
    [`${files.name}/raw/`, 'raw/', ''].map((inner) => `${String(each).replace(/\/?$/, '/')}${inner}`),
  );
  for (const folder of folders) {
    for (const ending of ['', '.gz']) {
      const bytes = await readFrom(folder, name + ending, { signal });
      if (bytes) return readIdx(`${files.name} (${folder}${name}${ending})`, bytes, rank);
    }
  }
  throw new ZooError(
    `${files.name}: expected ${name}.gz, or ${name} unpacked, in ${folders.join(', ') || 'a folder'}, got no such file. Name the folder as root, or in TFJS_ZOO_DATA.`,
  );
}

function expectFitting({ name, classes }: MnistFiles, shape: readonly number[], labels: IdxArray): void {
  const [count, height, width] = shape as [number, number, number];
  const problems: string[] = [];
  if (height !== 28 || width !== 28) problems.push(`images of 28×28, got ${width}×${height}`);
  if (count === 0) problems.push('at least one image, got none');
  if (count !== labels.data.length) problems.push(`a label for each of ${count} images, got ${labels.data.length}`);
  const wrong = labels.data.findIndex((label) => label >= classes.length);
  if (wrong >= 0) problems.push(`labels from 0 to ${classes.length - 1}, got ${labels.data[wrong]} at index ${wrong}`);
  if (problems.length > 0)
    throw new ZooError(`${name}: expected ${problems.join('; expected ')}. Get the files again.`);
}
