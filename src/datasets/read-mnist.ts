import { usualFolders } from '#datasets-platform';
import type { FetchOptions, FetchProgress } from '../../weights/index.js';
import { ZooError } from '../core/index.js';
import { type FoundFile, findFile, foldersIn } from './find-file.js';
import { readIdx } from './idx.js';
import type { MnistFiles } from './mnist-files.js';
import { readPublished } from './read-published.js';

export interface ReadMnistOptions {
  /** The images to train on, or those to test with. Default true. */
  train?: boolean | undefined;
  /**
   * A folder that has the files, by path (in a page relative to it) or URL: itself, in raw, or in NAME/raw, where torchvision keeps them. Default:
   * in Node the variable TFJS_ZOO_DATA.
   */
  root?: string | URL | undefined;
  /** Downloads files that are not there into the cache of weights. Default: true, but false with a root. */
  download?: boolean | undefined;
  /** Stops reading; the promise is rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called as bytes of a download arrive. Both files count together. */
  onProgress?: ((progress: FetchProgress) => void) | undefined;
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
 * @throws DownloadError where no address gives one
 */
export async function readMnist(set: MnistFiles, options: ReadMnistOptions): Promise<MnistArrays> {
  const { train = true, root, download = root === undefined, signal } = options;
  const part = train ? 'train' : 't10k';
  const names = [`${part}-labels-idx1-ubyte`, `${part}-images-idx3-ubyte`] as const;
  const roots = root === undefined ? usualFolders(set.debian) : [root];
  const folders = roots.flatMap((each) => foldersIn(each, set.name));
  const found: (FoundFile | undefined)[] = [];
  for (const name of names) {
    // Where the one is, the other is likely to be.
    const likely = found.flatMap((other) => other?.folder ?? []);
    found.push(
      (await findFile([...likely, ...folders], name, { signal })) ??
        (download ? await downloaded(set, names, name, options) : undefined),
    );
  }
  const [labels, images] = found;
  if (labels && images) return readArrays(set, images, labels);
  throw notFound(
    set,
    names.filter((_, i) => !found[i]),
    folders,
  );
}

/** What the files hold, where it fits together. */
async function readArrays(set: MnistFiles, images: FoundFile, labels: FoundFile): Promise<MnistArrays> {
  const { data } = await readIdx(`${set.name} (${labels.place})`, labels.bytes, 1);
  expectLabels(set, labels.place, data);
  const label = `${set.name} (${images.place})`;
  const { data: pixels } = await readIdx(label, images.bytes, 3, ([count, height, width]) => {
    const problems: string[] = [];
    if (height !== 28 || width !== 28) problems.push(`images of 28×28, got ${height}×${width}`);
    if (count !== data.length) problems.push(`${data.length} images, as there are labels, got ${count}`);
    if (problems.length === 0) return;
    throw new ZooError(`${label}: expected ${problems.join('; expected ')}. Get both files again, from one place.`);
  });
  return { images: pixels, labels: data };
}

function expectLabels({ name, classes }: MnistFiles, place: string, labels: Uint8Array): void {
  if (labels.length === 0) {
    throw new ZooError(`${name} (${place}): expected at least one label, got none. Get the file again.`);
  }
  const wrong = labels.findIndex((label) => label >= classes.length);
  if (wrong < 0) return;
  throw new ZooError(
    `${name} (${place}): expected labels from 0 to ${classes.length - 1}, got ${labels[wrong]} at index ${wrong}. Get the file again.`,
  );
}

async function downloaded(
  { files }: MnistFiles,
  names: readonly string[],
  name: string,
  { signal, onProgress }: ReadMnistOptions,
): Promise<FoundFile> {
  const sizes = names.map((each) => (files[each]!.size as { bytes: number }).bytes);
  const total = sizes.reduce((a, b) => a + b, 0);
  const before = sizes.slice(0, names.indexOf(name)).reduce((a, b) => a + b, 0);
  const fetching: FetchOptions = {
    signal,
    onProgress: ({ stage, loaded }) => onProgress?.({ stage, loaded: before + loaded, total }),
  };
  const file = files[name]!;
  return { folder: undefined, place: file.url, bytes: await readPublished(file, fetching) };
}

function notFound({ name, files }: MnistFiles, missing: readonly string[], folders: readonly string[]): ZooError {
  const where = folders.length > 0 ? `in ${folders.join(', ')}` : 'in a folder, by root or TFJS_ZOO_DATA';
  const { url } = files[missing[0]!]!;
  return new ZooError(
    `${name}: expected ${missing.map((file) => `${file}.gz`).join(' and ')}, or unpacked without .gz, ${where}, got none. Get them from ${new URL('.', url)}, or pass download: true.`,
  );
}
