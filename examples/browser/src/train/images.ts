import { type datasets, transforms } from 'tfjs-zoo';
import { COLUMNS, type PackedData, type PackedPart, PER_SPRITE, SIDE } from './sprites.js';

/** Gray images and their classes, in memory. */
export class GrayImages implements datasets.Dataset {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly classes: readonly string[];

  /** `images`: [N, 28, 28] */
  constructor(images: Uint8Array, labels: Uint8Array, classes: readonly string[]) {
    this.images = images;
    this.labels = labels;
    this.classes = classes;
  }

  get length(): number {
    return this.labels.length;
  }

  get(index: number): datasets.Sample {
    const data = this.images.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE);
    return { input: { width: SIDE, height: SIDE, data, channels: 1 }, label: this.labels[index]! };
  }

  /** Height and width of an image. */
  get side(): number {
    return SIDE;
  }

  first(count: number): GrayImages {
    return new GrayImages(this.images.subarray(0, count * SIDE * SIDE), this.labels.subarray(0, count), this.classes);
  }
}

export interface Split {
  readonly train: GrayImages;
  readonly test: GrayImages;
}

/** What the build has packed; undefined where it had no images. */
export async function loadPacked(onProgress: (share: number) => void): Promise<Split | undefined> {
  const response = await fetch('data/fashion-mnist.json');
  // A host may answer with a page of its own.
  if (!response.ok || !/json/.test(response.headers.get('content-type') ?? '')) return undefined;
  const { classes, train, test }: PackedData = await response.json();
  const total = train.sprites.length + test.sprites.length;
  let loaded = 0;
  const unpack = (part: PackedPart) => unpacked(part, classes, () => onProgress(++loaded / total));
  return { test: await unpack(test), train: await unpack(train) };
}

async function unpacked({ sprites, labels }: PackedPart, classes: readonly string[], onSprite: () => void) {
  const images = new Uint8Array(labels.length * SIDE * SIDE);
  for (const [number, name] of sprites.entries()) {
    const { data } = await transforms.loadImage(new URL(`data/${name}`, document.baseURI));
    const start = number * PER_SPRITE;
    const count = Math.min(PER_SPRITE, labels.length - start);
    for (let place = 0; place < count; place++) copyTile(data, place, images, start + place);
    onSprite();
  }
  return new GrayImages(images, Uint8Array.from(labels, Number), classes);
}

/** One image out of a sprite's RGB pixels, which are gray. */
function copyTile(sprite: Uint8Array, place: number, images: Uint8Array, index: number): void {
  const left = (place % COLUMNS) * SIDE;
  const top = Math.floor(place / COLUMNS) * SIDE;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      images[(index * SIDE + y) * SIDE + x] = sprite[3 * ((top + y) * COLUMNS * SIDE + left + x)]!;
    }
  }
}
