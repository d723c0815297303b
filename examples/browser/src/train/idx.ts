import { balanced } from './balanced.js';
import { GrayImages, type Split } from './images.js';
import { SIDE } from './sprites.js';

/** Images to train on, and to test with: as many as the build packs. */
const COUNTS = { train: 10_000, t10k: 2_000 };

const clothes = 'T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot'.split(',');
const digits = '0,1,2,3,4,5,6,7,8,9'.split(',');

/**
 * The images of the four IDX files of Fashion-MNIST, or of MNIST, that the user has, gzipped or not.
 * @throws Error that names the files that are missing, or what is wrong with one
 */
export async function readIdxFiles(files: readonly File[]): Promise<Split> {
  const find = (part: string, kind: string) => files.find(({ name }) => name.includes(part) && name.includes(kind));
  const wanted = ['train', 't10k'].flatMap((part) => ['images', 'labels'].map((kind) => [part, kind] as const));
  const missing = wanted.filter(([part, kind]) => !find(part, kind)).map((names) => names.join('-'));
  if (missing.length > 0) throw new Error(`Also choose ${missing.join(', ')}: all four at once.`);
  const read = async (part: 'train' | 't10k') => {
    const labels = await readIdx(find(part, 'labels')!, 1);
    const images = await readIdx(find(part, 'images')!, 3);
    if (images.length !== labels.length * SIDE * SIDE) {
      throw new Error(`${part}: expected ${labels.length} images of ${SIDE} × ${SIDE}, as there are labels.`);
    }
    // The two sets look alike from outside; of the digits' labels the first is a 5, of the clothes' a 9.
    return choose(images, labels, COUNTS[part], labels[0] === (part === 'train' ? 5 : 7) ? digits : clothes);
  };
  return { train: await read('train'), test: await read('t10k') };
}

/** The values of an IDX file of bytes: a header of two zeros, the type, the number of axes and their lengths; then the values. */
async function readIdx(file: File, rank: number): Promise<Uint8Array> {
  const isGzip = new Uint8Array(await file.slice(0, 2).arrayBuffer()).join() === '31,139';
  const stream = isGzip ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  if (bytes.subarray(0, 4).join() !== `0,0,8,${rank}`)
    throw new Error(`${file.name} is no IDX file of ${rank === 1 ? 'labels' : 'images'}.`);
  return bytes.subarray(4 + 4 * rank);
}

function choose(images: Uint8Array, labels: Uint8Array, count: number, classes: readonly string[]): GrayImages {
  const indices = balanced(labels, classes.length, count, 1);
  const chosen = new Uint8Array(indices.length * SIDE * SIDE);
  for (const [place, index] of indices.entries()) {
    chosen.set(images.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE), place * SIDE * SIDE);
  }
  return new GrayImages(
    chosen,
    Uint8Array.from(indices, (index) => labels[index]!),
    classes,
  );
}
