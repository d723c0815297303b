import type { Photo } from './session.js';

/** What the library decodes itself. */
const decoded = ['image/jpeg', 'image/png', 'image/gif', 'image/bmp'];

/** A picture as the library reads it: others that the browser knows, such as WebP and AVIF, become PNGs. */
export async function photoOf(blob: Blob, name: string): Promise<Photo> {
  if (decoded.includes(blob.type)) return { name, blob };
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob);
  } catch (cause) {
    throw new Error(`${name} is no picture that this browser can read. Try a JPEG or a PNG.`, { cause });
  }
  return { name, blob: await pngOf(bitmap) };
}

/** A PNG of what a picture, or a camera, shows. */
export function pngOf(source: ImageBitmap | HTMLVideoElement): Promise<Blob> {
  const isVideo = source instanceof HTMLVideoElement;
  const canvas = new OffscreenCanvas(
    isVideo ? source.videoWidth : source.width,
    isVideo ? source.videoHeight : source.height,
  );
  canvas.getContext('2d')!.drawImage(source, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
