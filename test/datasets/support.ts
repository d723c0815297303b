import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Dataset } from 'tfjs-zoo/datasets';

/** An IDX file of bytes. */
export function idx(shape: readonly number[], data: ArrayLike<number> = []): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((length, axis) => void view.setUint32(4 + 4 * axis, length));
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

/** `count` images of 28 × 28 whose pixels all differ from their neighbours'. */
export function images(count: number): Uint8Array<ArrayBuffer> {
  return idx(
    [count, 28, 28],
    Uint8Array.from({ length: count * 784 }, (_, i) => (i * 31 + (i >> 8)) & 255),
  );
}

export function labels(values: readonly number[]): Uint8Array<ArrayBuffer> {
  return idx([values.length], values);
}

/** The four files of a small set, gzipped: 6 images to train on, 3 to test with. */
export function smallSet(): Record<string, Uint8Array> {
  return {
    'train-images-idx3-ubyte.gz': gzipSync(images(6)),
    'train-labels-idx1-ubyte.gz': gzipSync(labels([9, 0, 0, 3, 0, 2])),
    't10k-images-idx3-ubyte.gz': gzipSync(images(3)),
    't10k-labels-idx1-ubyte.gz': gzipSync(labels([9, 2, 1])),
  };
}

/** Grey images of 2 × 2 whose first pixel is their number, as is their label. */
export function numbered(length: number): Dataset {
  const pixels = (index: number) => Uint8Array.of(index, 7, 51, 255);
  return {
    length,
    get: (index) => ({ input: { width: 2, height: 2, data: pixels(index), channels: 1 }, label: index }),
  };
}

type Files = Readonly<Record<string, Uint8Array | string>>;

export function writeFiles(folder: string, files: Files): void {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

/** A temporary folder for each test of a suite. */
export class Folder {
  path = '';

  constructor() {
    beforeEach(() => {
      this.path = mkdtempSync(join(tmpdir(), 'tfjs-zoo-datasets-'));
    });
    afterEach(() => rmSync(this.path, { recursive: true, force: true }));
  }

  write(files: Files, inner = ''): string {
    writeFiles(join(this.path, inner), files);
    return join(this.path, inner);
  }
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a rejection');
}
