import { stat, writeFile } from 'node:fs/promises';
import { fitsHash, fitsSize, sizeText } from '../known.js';
import type { PublishedFile } from '../published-file.js';
import { hashFile } from './hash-file.js';
import { readJson } from './json-file.js';
import type { Place } from './place.js';

/** What is noted of a verified file. While its size and time stay, its hash need not be computed again. */
export interface CacheRecord {
  readonly model: string;
  readonly weights: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** Whether the cache has an entry's file; what is wrong with the one it has. */
export type Cached = { readonly there: boolean; readonly damage?: string };

/** Looks for a verified file. One without a record, such as a user's own copy, is hashed. */
export async function findCached(
  place: Place,
  entry: PublishedFile,
  { recheck = false, signal }: { recheck?: boolean | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Cached> {
  const found = await stat(place.file).catch(() => undefined);
  if (!found?.isFile()) return { there: false };
  if (!fitsSize(entry, found.size)) {
    return { there: false, damage: `${place.file} has ${found.size} bytes instead of ${sizeText(entry)}` };
  }
  const record = await readJson<CacheRecord>(place.record);
  const isUntouched = record?.bytes === found.size && record.mtimeMs === found.mtimeMs;
  if (isUntouched && !recheck && fitsHash(entry, record.sha256 ?? '')) return { there: true };
  const sha256 = (await hashFile(place.file, signal)).digest('hex');
  if (!fitsHash(entry, sha256) || (record?.sha256 && record.bytes === found.size && record.sha256 !== sha256)) {
    return { there: false, damage: `${place.file} has SHA-256 ${sha256} instead of ${record?.sha256 ?? entry.sha256}` };
  }
  // A cache that others keep may not be ours to write to.
  await writeRecord(place, entry, sha256).catch(() => {});
  return { there: true };
}

export async function writeRecord(place: Place, entry: PublishedFile, sha256: string): Promise<void> {
  const { size, mtimeMs } = await stat(place.file);
  const record: CacheRecord = { model: entry.model, weights: entry.name, sha256, bytes: size, mtimeMs };
  await writeFile(place.record, JSON.stringify(record));
}
