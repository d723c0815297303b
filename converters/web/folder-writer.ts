import { CheckpointError, sha256 } from '../../src/core/index.js';
import { localPath } from './local-path.js';
import { MANIFEST_NAME } from './manifest.js';
import { SHARD_BYTES } from './parse-manifest.js';

/** Writes bytes one behind the other into files of at most 4 MiB. */
export class ShardWriter {
  readonly #folder: string;
  readonly #buffer = new Uint8Array(SHARD_BYTES);
  #filled = 0;
  readonly #paths: string[] = [];
  readonly #sizes: number[] = [];
  readonly #hashes: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  get count(): number {
    return this.#paths.length;
  }

  get bytes(): number {
    return this.#sizes.reduce((sum, size) => sum + size, 0);
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const part = bytes.subarray(done, done + SHARD_BYTES - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      done += part.length;
      if (this.#filled === SHARD_BYTES) await this.#flush();
    }
  }

  /** Writes what is left, and tells what the manifest has to say of the shards. */
  async end(): Promise<{ paths: string[]; bytes: number[]; sha256: string[] }> {
    if (this.#filled > 0) await this.#flush();
    return { paths: this.#paths, bytes: this.#sizes, sha256: this.#hashes };
  }

  async #flush(): Promise<void> {
    const { writeFile } = process.getBuiltinModule('node:fs/promises');
    const bytes = this.#buffer.subarray(0, this.#filled);
    const path = `weights-${String(this.count + 1).padStart(3, '0')}.bin`;
    await writeFile(`${this.#folder}/${path}`, bytes);
    this.#paths.push(path);
    this.#sizes.push(bytes.length);
    this.#hashes.push(await sha256(bytes));
    this.#filled = 0;
  }
}

/** A folder beside its place until it is whole. */
export interface NewFolder {
  readonly folder: string;
  writeText(name: string, text: string): Promise<void>;
  /** Moves it to its place. */
  commit(): Promise<void>;
  discard(): Promise<void>;
  /** An error of the file system in words. */
  explain(error: unknown): unknown;
}

/** @throws CheckpointError if there is something at the path, and it is not to be replaced, or is no folder of weights */
export async function newFolder(who: string, path: string | URL, force: boolean): Promise<NewFolder> {
  const given = localPath(path);
  if (given === undefined) {
    throw new CheckpointError(
      `${who}: expected a path or a file: URL to write to, in Node, got ${path}. Give one of those.`,
    );
  }
  const { lstat, mkdir, realpath, rename, rm, writeFile } = process.getBuiltinModule('node:fs/promises');
  const { dirname, resolve } = process.getBuiltinModule('node:path');
  // A link stays a link: the folder that it points to is the one to replace.
  const place = await realpath(given).catch(() => resolve(given));
  const explain = (error: unknown) => {
    const { code, syscall } = Object(error) as NodeJS.ErrnoException;
    if (syscall === undefined) return error;
    return new CheckpointError(
      `${who}: expected a folder that can be written, got ${code} at ${place}. Check the path, its rights and the free space.`,
      { cause: error },
    );
  };
  const before = await lstat(place).catch(() => undefined);
  if (before && !force) {
    throw new CheckpointError(
      `${who}: expected no folder yet, got one at ${place}. Choose another, or replace it with force (--force).`,
    );
  }
  const objection = before && (await objectionTo(place));
  if (objection) {
    throw new CheckpointError(
      `${who}: expected a web folder to replace, got ${place} ${objection}. Choose another place.`,
    );
  }
  const suffix = crypto.randomUUID().slice(0, 8);
  const folder = `${place}.${suffix}.tmp`;
  try {
    await mkdir(dirname(place), { recursive: true });
    await mkdir(folder);
  } catch (error) {
    throw explain(error);
  }
  return {
    folder,
    explain,
    writeText: (name, text) => writeFile(`${folder}/${name}`, text),
    async commit() {
      if (!before) return rename(folder, place);
      const old = `${place}.${suffix}.old`;
      await rename(place, old);
      // Until the new one is there, the old one can come back.
      await rename(folder, place).catch(async (error) => {
        await rename(old, place);
        throw error;
      });
      await rm(old, { recursive: true });
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Why a folder is not to be removed: it must hold nothing but what replaces it, or nothing. */
async function objectionTo(place: string): Promise<string | undefined> {
  const { readdir } = process.getBuiltinModule('node:fs/promises');
  const entries = await readdir(place, { withFileTypes: true }).catch(() => undefined); // of what is no folder
  if (entries?.length === 0) return undefined;
  if (!entries?.some(({ name }) => name === MANIFEST_NAME)) return `without ${MANIFEST_NAME}`;
  const other = entries.find(
    (entry) => !entry.isFile() || !(entry.name === MANIFEST_NAME || entry.name.endsWith('.bin')),
  );
  return other && `with ${other.name} in it`;
}
