import { ZooError } from '../core/index.js';

/** Pixels of the picture for each of the drawing, as sharp screens want. */
const DENSITY = 2;
/** libvips and many viewers take no longer edges. */
const LONGEST = 30_000;

/**
 * What makes the bytes of a PNG file of an SVG file's text. Its letters are those of the system's sans-serif font.
 * @throws ZooError if sharp, which is no dependency of this package, is not installed or does not load
 */
export async function loadRasterizer(): Promise<(svg: string) => Promise<Uint8Array>> {
  const { default: sharp } = await import('sharp').catch((cause: Error & { code?: string }) => {
    const isMissing = cause.code === 'ERR_MODULE_NOT_FOUND' && cause.message.includes("'sharp'");
    const got = isMissing ? 'none' : cause.message.split('\n').find((line) => line.trim() !== '');
    throw new ZooError(
      `expected the package sharp for a PNG file, got ${got}. Install it with npm install sharp, or write an .svg file.`,
      { cause },
    );
  });
  return async (svg) => {
    const edges = [...svg.slice(0, 300).matchAll(/(?:width|height)="(\d+)"/g)].map(([, size]) => Number(size));
    const scale = Math.min(DENSITY, LONGEST / Math.max(...edges));
    return sharp(Buffer.from(svg), { density: 72 * scale, limitInputPixels: false, unlimited: true })
      .png({ compressionLevel: 9 })
      .toBuffer();
  };
}
