import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ZooError } from '../../src/core/index.js';
import { registry } from '../registry.js';
import type { PartialSource } from './download.js';
import { readJson } from './json-file.js';
import { isLocked, tryLock } from './lock.js';
import { cacheName, placeIn } from './place.js';
import type { CacheRecord } from './record.js';

/** One file of the cache. */
export interface CachedFile {
  readonly name: string;
  readonly path: string;
  /** 'partial' is the beginning of a download, which the next one goes on from. */
  readonly state: 'complete' | 'partial';
  readonly bytes: number;
  /** Undefined where nothing tells. */
  readonly model: string | undefined;
  readonly weights: string | undefined;
  /** Whether a process is downloading it now. */
  readonly isInUse: boolean;
}

/** What is in a cache folder, by name. Files of other programs are left out. */
export async function listCached(folder: string): Promise<CachedFile[]> {
  const names = await namesIn(folder);
  return (await Promise.all(names.map((name) => describe(folder, name)))).flat();
}

/**
 * Removes a file from the cache, with all that lies beside it.
 * @throws ZooError if a process is downloading it
 */
export async function removeCached(folder: string, name: string): Promise<void> {
  const place = placeIn(folder, name);
  const lock = await tryLock(place.lock);
  if (!lock) {
    throw new ZooError(
      `expected a file that is not in use, got ${name}, which a process is downloading. Wait for it, or stop it.`,
    );
  }
  try {
    for (const path of [place.file, place.record, place.partial, place.source]) await rm(path, { force: true });
  } finally {
    await lock.release();
  }
}

/** The names of our files: those of which a note of ours tells, and those of registered weights. */
async function namesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const known = registry.map(cacheName).filter((name) => files.includes(name));
  const noted = await Promise.all(files.map((file) => notedBy(folder, file)));
  return [...new Set([...known, ...noted.flat()])].sort();
}

/** The name of which a file tells. Other programs have files with such endings too, '.lock' and '.partial' above all. */
async function notedBy(folder: string, file: string): Promise<string[]> {
  const ending = ['.record', '.source'].find((each) => file.endsWith(each));
  if (!ending) return [];
  const note = await readJson<CacheRecord | PartialSource>(join(folder, file));
  return note?.weights ? [file.slice(0, -ending.length)] : [];
}

async function describe(folder: string, name: string): Promise<CachedFile[]> {
  const place = placeIn(folder, name);
  const registered = registry.find((entry) => cacheName(entry) === name);
  const isInUse = await isLocked(place.lock);
  const of = async (path: string, state: CachedFile['state'], note: string): Promise<CachedFile[]> => {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) return [];
    const said = await readJson<Pick<CacheRecord & PartialSource, 'model' | 'weights'>>(note);
    const { model = registered?.model, weights = registered?.name }: Partial<CacheRecord> = said ?? {};
    return [{ name, path, state, bytes: found.size, model, weights, isInUse }];
  };
  return [...(await of(place.file, 'complete', place.record)), ...(await of(place.partial, 'partial', place.source))];
}
