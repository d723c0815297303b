import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FetchOptions, registry, type WeightsEntry } from 'tfjs-zoo/weights';
import { fetchToCache } from '../../weights/node/index.js';
import { type Answer, type FileServer, serveFile } from '../support/file-server.js';

/** Bytes that no two places have in common, so that a part in the wrong place is seen. */
function fileOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 24);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a rejection');
}

/** What a test registers is gone after it. */
export function forgetRegistered(): void {
  const published = [...registry];
  afterEach(() => (registry as WeightsEntry[]).splice(0, registry.length, ...published));
}

const variables = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** The environment's proxies and ours have no business in these tests. Mocha's hooks put back what was there. */
export function withoutOurVariables(): void {
  const names = [...variables, 'TFJS_ZOO_MIRROR', 'TFJS_ZOO_CACHE'];
  let before: (string | undefined)[];
  beforeEach(() => {
    before = names.map((name) => process.env[name]);
    for (const name of names) delete process.env[name];
  });
  afterEach(() => {
    for (const [i, name] of names.entries()) {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    }
  });
}

/** A cache of its own for each test, and servers that are closed behind it. */
export class Bench {
  readonly file = fileOf(100_000);
  readonly sha256 = sha256(this.file);
  folder = '';
  servers: FileServer[] = [];

  constructor() {
    withoutOurVariables();
    beforeEach(() => {
      this.folder = join(mkdtempSync(join(tmpdir(), 'tfjs-zoo-cache-')), 'cache');
    });
    afterEach(async () => {
      await Promise.all(this.servers.splice(0).map((server) => server.close()));
      rmSync(join(this.folder, '..'), { recursive: true, force: true });
    });
  }

  async serve(...answers: Answer[]): Promise<FileServer> {
    const server = await serveFile(this.file, ...answers);
    this.servers.push(server);
    return server;
  }

  entry(url: string, fields: Partial<WeightsEntry> = {}): WeightsEntry {
    return { model: 'lenet', name: 'TEST', url, sha256: this.sha256, size: { bytes: this.file.length }, ...fields };
  }

  get name(): string {
    return `model-${this.sha256.slice(0, 8)}.pth`;
  }

  path(ending = ''): string {
    return join(this.folder, this.name + ending);
  }

  /** With little patience. */
  fetch(entry: WeightsEntry, options: FetchOptions = {}, patience = {}): Promise<string> {
    return fetchToCache(
      entry,
      { cacheFolder: this.folder, ...options },
      { stall: 200, retries: 2, pause: 5, longestPause: 1000, ...patience },
    );
  }

  /** The names in the cache folder. */
  names(): string[] {
    return existsSync(this.folder) ? readdirSync(this.folder).sort() : [];
  }

  get isCached(): boolean {
    return existsSync(this.path()) && Buffer.compare(readFileSync(this.path()), this.file) === 0;
  }
}
