import { type ImageSource, isDrawable, snapshotOf } from '../../transforms/index.js';

/** An image in a form that can be sent to a worker, and what of it is handed over rather than copied. What is none, the worker refuses. */
export async function sendable(source: ImageSource): Promise<[image: ImageSource, handedOver: Transferable[]]> {
  if (typeof source === 'string' || source instanceof URL) return [absolute(source), []];
  if (isDrawable(source)) {
    const bitmap = await snapshotOf(source);
    return [bitmap, [bitmap]];
  }
  if (typeof source !== 'object' || source === null) return [source, []];
  if ('bitmap' in source) return sendable(source.bitmap);
  if ('data' in source && ArrayBuffer.isView(source.data)) {
    const { width, height, data } = source;
    const copy = data.slice();
    return [{ width, height, data: copy }, [copy.buffer as ArrayBuffer]];
  }
  return [source, []];
}

/** As the page understands it: a worker has an address of its own. */
export function absolute(address: string | URL): string {
  const base = globalThis.document?.baseURI ?? globalThis.location.href;
  return URL.canParse(address, base) ? new URL(address, base).href : String(address);
}
