import { expect } from 'chai';
import { CheckpointError, DownloadError, type Folder, sha256 } from '../../src/core/index.js';
import { CachedFolder, openCache, type WeightsCache } from '../../weights/index.js';

const text = (value: string) => new TextEncoder().encode(value);

/** A cache in memory, as a page's Cache Storage is one on a disk. */
class MapCache implements WeightsCache {
  readonly kept = new Map<string, string>();

  async match(url: string): Promise<Response | undefined> {
    const body = this.kept.get(url);
    return body === undefined ? undefined : new Response(body);
  }

  async put(url: string, response: Response): Promise<void> {
    this.kept.set(url, await response.text());
  }
}

/** A server's folder: what it gives, or throws, and how often it was asked. */
class Site implements Folder {
  readonly label = 'https://example.org/models/alexnet/';
  readonly asked: string[] = [];
  answer: string | Error;

  constructor(answer: string | Error) {
    this.answer = answer;
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    this.asked.push(name);
    if (this.answer instanceof Error) throw this.answer;
    return text(this.answer);
  }
}

/** What is read, once it is kept. */
async function read(folder: CachedFolder, name: string, options?: Parameters<Folder['read']>[1]): Promise<string> {
  const bytes = await folder.read(name, options);
  await folder.settled;
  return new TextDecoder().decode(bytes);
}

describe("what a page's cache keeps of a web folder", () => {
  let cache: MapCache;
  let site: Site;
  let folder: CachedFolder;
  beforeEach(() => {
    cache = new MapCache();
    site = new Site('one');
    folder = new CachedFolder(site, cache);
  });

  it('are files with a hash, once, under their address and hash', async () => {
    const hash = await sha256(text('one'));
    for (let i = 0; i < 2; i++) expect(await read(folder, 'a.bin', { bytes: 3, sha256: hash })).to.equal('one');
    expect(site.asked).to.deep.equal(['a.bin']);
    expect([...cache.kept.keys()]).to.deep.equal([`${site.label}a.bin?sha256=${hash}`]);
  });

  it('is the newest manifest, and used where the server gives none', async () => {
    expect(await read(folder, 'model.json')).to.equal('one');
    site.answer = 'two';
    expect(await read(folder, 'model.json')).to.equal('two');
    site.answer = new DownloadError('offline');
    expect(await read(folder, 'model.json')).to.equal('two');
    site.answer = new Error('another thing');
    expect(await read(folder, 'model.json').catch((error: Error) => error.message)).to.equal('another thing');
  });

  it('is never a manifest that is none', async () => {
    const check = (bytes: Uint8Array) => {
      if (new TextDecoder().decode(bytes) === 'nonsense') throw new CheckpointError('no manifest');
    };
    site.answer = 'nonsense';
    expect(await read(folder, 'model.json', { check }).catch((error: Error) => error.message)).to.equal('no manifest');
    expect(cache.kept.size).to.equal(0);
    site.answer = 'one';
    await read(folder, 'model.json', { check });
    site.answer = 'nonsense';
    expect(await read(folder, 'model.json', { check })).to.equal('one');
    expect([...cache.kept.values()]).to.deep.equal(['one']);
  });

  it('is not spoilt by a server that breaks off, where nothing has a hash', async () => {
    await read(folder, 'a.bin', { bytes: 3 });
    const breaking: Folder = {
      label: site.label,
      async read(_, { into } = {}) {
        into?.set(text('xx'));
        throw new DownloadError('cut');
      },
    };
    const memory = new Uint8Array(8);
    expect(await read(new CachedFolder(breaking, cache), 'a.bin', { bytes: 3, into: memory })).to.equal('one');
  });

  it('is fetched anew where it is damaged', async () => {
    const hash = await sha256(text('one'));
    cache.kept.set(`${site.label}a.bin?sha256=${hash}`, 'oné');
    expect(await read(folder, 'a.bin', { sha256: hash })).to.equal('one');
    expect([...cache.kept.values()]).to.deep.equal(['one']);
  });

  it('is nothing where the cache is broken', async () => {
    cache.match = () => Promise.reject(new Error('broken'));
    expect(await read(folder, 'a.bin', { sha256: await sha256(text('one')) })).to.equal('one');
  });

  it('is there for another reader before it is kept', async () => {
    const hash = await sha256(text('one'));
    await folder.read('a.bin', { sha256: hash });
    expect(cache.kept.size).to.equal(0);
    await read(new CachedFolder(site, cache), 'a.bin', { sha256: hash });
    expect(site.asked).to.deep.equal(['a.bin']);
    expect(cache.kept.size).to.equal(1);
  });

  it('is nothing more once there was no room, which is said once', async () => {
    cache.put = async () => {
      throw new Error('no room');
    };
    const { warn } = console;
    const said: string[] = [];
    console.warn = (line: string) => said.push(line);
    try {
      expect(await Promise.all(['a.bin', 'b.bin'].map((name) => read(folder, name)))).to.deep.equal(['one', 'one']);
    } finally {
      console.warn = warn;
    }
    expect(said).to.have.length(1);
    expect(said[0]).to.match(
      /^tfjs-zoo: expected room for 3 bytes .*, got Error: no room\. .*a\.bin is used and not kept/,
    );
  });

  it('is waited for by those who read only where more than 256 MiB would wait', async () => {
    site.read = async () => new Uint8Array(2 ** 28);
    const kept: string[] = [];
    cache.put = async (url) => void kept.push(url);
    await folder.read('a.bin');
    expect(kept).to.deep.equal([]);
    await folder.read('b.bin');
    expect(kept).to.deep.equal([`${site.label}a.bin`, `${site.label}b.bin`]);
  });

  it('is what was given, nothing for false, and nothing in Node', async () => {
    expect(await openCache(cache)).to.equal(cache);
    expect(await openCache(false)).to.equal(undefined);
    expect(await openCache()).to.equal(undefined);
  });
});

describe('what is kept of earlier conversions', () => {
  it('is removed, of this folder alone, where a cache tells what it has', async () => {
    const label = 'https://example.org/models/';
    const urls = ['a.bin?sha256=old', 'a.bin?sha256=new', 'model.json', 'alexnet/a.bin?sha256=old'].map(
      (name) => label + name,
    );
    const removed: string[] = [];
    const cache = {
      match: async () => undefined,
      put: async () => {},
      keys: async () => urls.map((url) => ({ url })),
      delete: async (url: string) => removed.push(url) > 0,
    };
    const folder = new CachedFolder({ label, read: async () => new Uint8Array() }, cache);
    await folder.dropStale([{ path: 'a.bin', sha256: 'new' }]);
    expect(removed).to.deep.equal([`${label}a.bin?sha256=old`]);
  });
});
