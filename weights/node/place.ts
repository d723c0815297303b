import { join } from 'node:path';
import envPaths from 'env-paths';
import { fileNameOf } from '../plan.js';
import type { PublishedFile } from '../published-file.js';

/** Where an entry's file lies, and the small files beside it. */
export interface Place {
  readonly folder: string;
  /** The file's name in the folder. */
  readonly name: string;
  /** The verified file. */
  readonly file: string;
  /** What was seen of it when it was verified. */
  readonly record: string;
  /** What has arrived of a download. */
  readonly partial: string;
  /** Where that came from. */
  readonly source: string;
  readonly lock: string;
}

/** The endings of the files beside a cached one. */
const companions = ['.record', '.partial', '.source', '.lock'] as const;

/** The folder that keeps the weights: the option, else TFJS_ZOO_CACHE, else what the system has for caches. */
export function cacheFolderOf(option?: string): string {
  return option || process.env.TFJS_ZOO_CACHE || envPaths('tfjs-zoo', { suffix: '' }).cache;
}

export function placeIn(folder: string, name: string): Place {
  const file = join(folder, name);
  const [record, partial, source, lock] = companions.map((ending) => file + ending) as [string, string, string, string];
  return { folder, name, file, record, partial, source, lock };
}

/** The file's own name with the first digits of its hash, so that another version is another file. */
export function cacheName(entry: PublishedFile): string {
  const name = fileNameOf(entry).replace(/[^\w.-]/g, '_');
  const digits = entry.sha256.slice(0, 8).toLowerCase();
  return name.includes(digits) ? name : name.replace(/(\.\w+)?$/, (ending) => `-${digits}${ending}`);
}
