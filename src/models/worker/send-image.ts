import { type ImageSource, isDrawable, snapshotOf } from '../../transforms/index.js';

/** An image in a form that can be sent to a worker, and what of it is handed over rather than copied. */
export async function sendable(source: ImageSource): Promise<[image: ImageSource, handedOver: Transferable[]]> {
  // As the page understands it: a worker has an address of its own.
  if (typeof source === 'string') return [new URL(source, document.baseURI).href, []];
  if (source instanceof URL) return [source.href, []];
  if (isDrawable(source)) {
    const bitmap = await snapshotOf(source);
    return [bitmap, [bitmap]];
  }
  if ('bitmap' in source) return sendable(source.bitmap);
  if ('data' in source) {
    const { width, height, data } = source;
    const copy = data.slice();
    return [{ width, height, data: copy }, [copy.buffer as ArrayBuffer]];
  }
  return [source, []];
}
