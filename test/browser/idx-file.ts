import { gzipSync } from 'node:zlib';

const SIDE = 28;

/** An IDX file, gzipped, whose images have a stripe at a place for each of ten classes: 'train-images-idx3-ubyte', 'train-labels-idx1-ubyte'. */
export function idxFile(name: string, count: number): { name: string; mimeType: string; buffer: Buffer } {
  const isImages = name.includes('images');
  const axes = isImages ? [count, SIDE, SIDE] : [count];
  const header = Buffer.alloc(4 + 4 * axes.length);
  header.set([0, 0, 8, axes.length]);
  for (const [axis, length] of axes.entries()) header.writeUInt32BE(length, 4 + 4 * axis);
  const values = isImages
    ? Buffer.concat(Array.from({ length: count }, (_, index) => striped(index % 10)))
    : Buffer.from(Array.from({ length: count }, (_, index) => index % 10));
  return { name: `${name}.gz`, mimeType: 'application/gzip', buffer: gzipSync(Buffer.concat([header, values])) };
}

function striped(label: number): Buffer {
  const image = Buffer.alloc(SIDE * SIDE);
  return image.fill(255, label * 2 * SIDE, (label * 2 + 4) * SIDE);
}
