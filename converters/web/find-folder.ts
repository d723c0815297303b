import { type Folder, fetchFile } from '../../src/core/index.js';
import type { CheckpointSource, ReadOptions } from '../sources/source.js';
import { localFolder } from './local-folder.js';
import { localPath } from './local-path.js';
import { MANIFEST_NAME } from './manifest.js';

/**
 * The web folder that a source names, by its path or address or by that of its model.json; undefined if it names none.
 * @internal
 */
export async function findFolder(source: CheckpointSource, { signal }: ReadOptions = {}): Promise<Folder | undefined> {
  if (typeof source !== 'string' && !(source instanceof URL)) return undefined;
  const text = String(source);
  const path = localPath(source);
  if (path === undefined) {
    const isNamed = /(^|\/)(model\.json)?$/.test(text.replace(/[?#].*$/, ''));
    const isAddress = /^(https?:|[^:]*$)/i.test(text) && URL.canParse(text, globalThis.location?.href);
    return isNamed && isAddress ? remoteFolder(text, signal) : undefined;
  }
  const { stat } = process.getBuiltinModule('node:fs/promises');
  if (/(^|[\\/])model\.json$/.test(path)) return localFolder(path.slice(0, -MANIFEST_NAME.length) || '.');
  const isFolder = await stat(`${path}/${MANIFEST_NAME}`).then(
    (found) => found.isFile(),
    () => false,
  );
  return isFolder ? localFolder(path) : undefined;
}

/** A folder on a server: an address that ends with a slash, or with model.json. */
function remoteFolder(address: string, signal: AbortSignal | undefined): Folder {
  const base = new URL(address, globalThis.location?.href);
  base.pathname = base.pathname.replace(/[^/]*$/, '');
  return {
    label: `${base.origin}${base.pathname}`,
    read(name, options = {}) {
      const url = new URL(base);
      url.pathname += name;
      const signals = [signal, options.signal].filter((given) => given !== undefined);
      return fetchFile(url.href, { ...options, signal: AbortSignal.any(signals) });
    },
  };
}
