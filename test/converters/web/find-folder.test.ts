import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { findFolder, readCheckpoint, writeSafetensors, writeWebFolder } from 'tfjs-zoo/converters';
import { CheckpointError, DownloadError, IntegrityError, type StateDict } from '../../../src/core/index.js';
import { rejection } from '../support.js';
import { normal } from './normal.js';
import { expectSame, folders, handmade, manifestIn, receive, serveFolder } from './support.js';

const newPath = folders();
const stateDict: StateDict = new Map([
  ['a', { dtype: 'float32', shape: [1100, 1000], data: normal(1_100_000) }],
  ['b', { dtype: 'int64', shape: [], data: BigInt64Array.of(3n) }],
]);

describe('a web folder on a disk', () => {
  let folder: string;
  before(async () => {
    folder = newPath();
    await writeWebFolder(stateDict, folder);
  });

  it('is named by its path or that of its model.json, as a text or a URL', async () => {
    const names = [folder, `${folder}/`, `${folder}/model.json`];
    for (const name of [...names, ...names.map((text) => pathToFileURL(text)), pathToFileURL(folder).href]) {
      expectSame((await readCheckpoint(name)).stateDict, stateDict);
    }
    expect(await findFolder(new Uint8Array())).to.equal(undefined);
    expect(await findFolder(`${folder}/weights-001.bin`)).to.equal(undefined);
    expect((await findFolder('model.json'))!.label).to.equal('./');
  });

  it('is none of which only the name ends so, nor one with a folder in place of model.json', async () => {
    const file = `${newPath()}-model.json`;
    await writeSafetensors(stateDict, file);
    expect((await readCheckpoint(file)).format).to.equal('safetensors');
    const odd = newPath();
    mkdirSync(join(odd, 'model.json'), { recursive: true });
    expect((await rejection(readCheckpoint(odd))).message).to.match(/got a folder or device\. Name the file in it\.$/);
    const direct = await rejection(readCheckpoint(`${odd}/model.json`));
    expect(direct.message).to.equal(
      `${odd}/model.json: expected a file of a web folder, got a folder or device. Convert the checkpoint anew.`,
    );
    const missing = await rejection(readCheckpoint(`${odd}/x/model.json`));
    expect(missing.message).to.equal(
      `${odd}/x/model.json: expected a file of a web folder, got ENOENT. Convert the checkpoint anew.`,
    );
  });

  it('waits for no pipe, and reads no device to its end', async () => {
    for (const make of [
      (file: string) => execFileSync('mkfifo', [file]),
      (file: string) => symlinkSync('/dev/zero', file),
    ]) {
      const weights = [{ name: 'w', shape: [3], dtype: 'bool' }];
      const odd = handmade(newPath(), [{ paths: ['a.bin'], weights }]);
      make(join(odd, 'a.bin'));
      const error = await rejection(readCheckpoint(odd));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.equal(
        `${odd}/a.bin: expected a file of a web folder, got a folder or device. Convert the checkpoint anew.`,
      );
    }
  });

  it('is not read where that is stopped before', async () => {
    const reason = new Error('enough');
    expect(await rejection(readCheckpoint(folder, { signal: AbortSignal.abort(reason) }))).to.equal(reason);
  });
});

describe('a web folder on a server', () => {
  let folder: string;
  before(async () => {
    folder = newPath();
    await writeWebFolder(stateDict, join(folder, 'net'));
  });

  it('is named by its address with a slash, or that of its model.json, and keeps the query', async () => {
    const server = await serveFolder(folder);
    for (const name of ['net/', 'net/model.json', 'net/?key=5', 'net/model.json?key=5#top']) {
      server.asked.length = 0;
      expectSame((await readCheckpoint(new URL(name, server.url))).stateDict, stateDict);
      const query = name.includes('key') ? '?key=5' : '';
      expect(server.asked).to.deep.equal(
        ['model.json', 'weights-001.bin', 'weights-002.bin'].map((file) => `net/${file}${query}`),
      );
      const found = await findFolder(`${server.url}${name}`);
      expect(found!.label).to.equal(`${server.url}net/`);
      expectSame(await receive(found!), stateDict);
    }
    await server.close();
  });

  it('lies next to the page where that is what reads it, and none is written there', async () => {
    const server = await serveFolder(folder);
    const { versions } = process;
    const page = globalThis as { location?: unknown };
    Object.defineProperty(process, 'versions', { value: {}, configurable: true });
    page.location = { href: `${server.url}app/index.html?x` };
    try {
      for (const name of ['../net/', '/net/model.json', new URL('net/', server.url)])
        expectSame((await readCheckpoint(name)).stateDict, stateDict);
      expect(await findFolder('../net')).to.equal(undefined);
      expect((await rejection(writeWebFolder(stateDict, 'net'))).message).to.equal(
        'writeWebFolder: expected a path or a file: URL to write to, in Node, got net. Give one of those.',
      );
    } finally {
      Object.defineProperty(process, 'versions', { value: versions, configurable: true });
      delete page.location;
      await server.close();
    }
  });

  it('is only what is named so', async () => {
    for (const name of [
      'https://a.org/net.pth',
      'data:,/',
      'blob:x/',
      'ftp://a.org/',
      new URL('ftp://a.org/'),
      'file://host/net/',
      'https:///',
    ])
      expect(await findFolder(name), String(name)).to.equal(undefined);
  });

  it('is refused where it is missing, a page, other, short, or stopped', async () => {
    const first = manifestIn(join(folder, 'net')).weightsManifest[0]!;
    let answer: Parameters<typeof serveFolder>[1];
    const server = await serveFolder(folder, (path, response) => answer!(path, response));
    const address = `${server.url}net/`;
    const refused = async (type: unknown, message: string, answering: typeof answer, signal?: AbortSignal) => {
      answer = answering;
      const error = await rejection(readCheckpoint(address, { signal }));
      expect(error).to.be.instanceOf(type);
      expect(error.message).to.equal(message);
    };
    const page = 'an HTML page, as a server gives for addresses that it does not know. Check the address.';
    await refused(
      DownloadError,
      `${address}model.json: expected the file, got HTTP status 404 Not Found. Check the address.`,
      (_, response) => {
        response.writeHead(404).end();
        return true;
      },
    );
    await refused(DownloadError, `${address}model.json: expected the file, got ${page}`, (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>');
      return true;
    });
    await refused(
      CheckpointError,
      `${address}model.json: expected a weights manifest of TensorFlow.js, got what is no JSON. Convert the checkpoint anew with tfjs-zoo convert.`,
      (path, response) => {
        if (path.endsWith('model.json')) response.end('{"weights');
        return path.endsWith('model.json');
      },
    );
    await refused(DownloadError, `${address}weights-002.bin: expected the file, got ${page}`, (path, response) => {
      if (path.endsWith('002.bin')) response.end('<html>');
      return path.endsWith('002.bin');
    });
    const zeros = new Uint8Array(first.bytes![0]!);
    const actual = createHash('sha256').update(zeros).digest('hex');
    await refused(
      IntegrityError,
      `${address}weights-001.bin: expected SHA-256 ${first.sha256![0]}, got ${actual}. The server has another file, or one of another conversion: upload the whole folder again.`,
      (path, response) => {
        if (path.endsWith('001.bin')) response.end(zeros);
        return path.endsWith('001.bin');
      },
    );
    const controller = new AbortController();
    await refused(
      Error,
      'enough',
      (path) => {
        if (!path.endsWith('002.bin')) return false;
        controller.abort(new Error('enough'));
        return true;
      },
      controller.signal,
    );
    await server.close();
  });
});
