import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Jimp } from 'jimp';
import { datasets, ZooError } from 'tfjs-zoo';
import { balanced } from '../src/train/balanced.js';
import { COLUMNS, type PackedData, type PackedPart, PER_SPRITE, SIDE } from '../src/train/sprites.js';

export interface PackOptions {
  /** Images to train on, and to test with. */
  readonly train: number;
  readonly test: number;
  /** Whether the data set is downloaded where this machine does not have it. */
  readonly download: boolean;
}

const SEED = 1;
/** Test images that the page offers to LeNet. */
const SAMPLES = 10;

/**
 * Packs a part of Fashion-MNIST into sprites for the page: as many images of each class, chosen by a seed.
 * @returns why there is none, where this machine does not have the data set
 */
export async function packData(folder: string, { train, test, download }: PackOptions): Promise<string | undefined> {
  let sets: datasets.FashionMNIST[];
  try {
    sets = [
      await datasets.FashionMNIST.load({ download }),
      await datasets.FashionMNIST.load({ train: false, download }),
    ];
  } catch (error) {
    if (error instanceof ZooError) return error.message;
    throw error;
  }
  mkdirSync(folder, { recursive: true });
  const [trainSet, testSet] = sets as [datasets.FashionMNIST, datasets.FashionMNIST];
  const packed: PackedData = {
    classes: trainSet.classes,
    train: await packPart(folder, 'train', trainSet, train),
    test: await packPart(folder, 'test', testSet, test),
  };
  writeFileSync(join(folder, 'fashion-mnist.json'), JSON.stringify(packed));
  for (const [number, index] of chosen(testSet, SAMPLES).entries()) {
    writeFileSync(join(folder, `sample-${number}.png`), await spriteOf(testSet, [index], 1));
  }
  return undefined;
}

const chosen = ({ labels, classes }: datasets.FashionMNIST, count: number) =>
  balanced(labels, classes.length, count, SEED);

async function packPart(folder: string, name: string, set: datasets.FashionMNIST, count: number): Promise<PackedPart> {
  const indices = chosen(set, count);
  const sprites: string[] = [];
  for (let start = 0; start < indices.length; start += PER_SPRITE) {
    const file = `${name}-${sprites.length + 1}.png`;
    writeFileSync(join(folder, file), await spriteOf(set, indices.slice(start, start + PER_SPRITE), COLUMNS));
    sprites.push(file);
  }
  return { sprites, labels: indices.map((index) => set.labels[index]).join('') };
}

/** Images in rows, as a gray PNG. */
async function spriteOf(
  { images }: datasets.FashionMNIST,
  indices: readonly number[],
  columns: number,
): Promise<Buffer> {
  const width = columns * SIDE;
  const sprite = new Jimp({ width, height: Math.ceil(indices.length / columns) * SIDE, color: 0x000000ff });
  const { data } = sprite.bitmap;
  for (const [place, index] of indices.entries()) {
    const left = (place % columns) * SIDE;
    const top = Math.floor(place / columns) * SIDE;
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
      const at = (top + Math.floor(pixel / SIDE)) * width + left + (pixel % SIDE);
      data.fill(images[index * SIDE * SIDE + pixel]!, at * 4, at * 4 + 3); // red, green and blue; opaque
    }
  }
  return sprite.getBuffer('image/png', { colorType: 0 });
}
