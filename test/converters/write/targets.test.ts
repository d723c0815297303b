import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { CheckpointError, type WriteProgress, writeSafetensors, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { writeTo } from '../../../converters/sinks/open.js';
import { rejection } from '../support.js';
import { float32, temporaryFolder } from './support.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = temporaryFolder();

/** 20 MiB and a little: more than a few blocks. */
const large = new Map([
  ['a', float32(Array.from({ length: 5 }, (_, i) => i))],
  ['b', { dtype: 'float32', shape: [5 * 2 ** 20], data: new Float32Array(5 * 2 ** 20).map((_, i) => i) } as const],
]);

const writers = { writeSafetensors, writeTorchCheckpoint } as const;

for (const [name, write] of Object.entries(writers)) {
  describe(`where ${name} writes`, () => {
    let bytes: Uint8Array;
    const here = join(folder, name);

    before(async () => {
      mkdirSync(here);
      bytes = await write(large);
    });

    it('gives an array that is no longer than the file', () => {
      expect(bytes.length).to.be.within(20 * 2 ** 20, 20 * 2 ** 20 + 2000);
      expect(bytes.byteLength).to.equal(bytes.buffer.byteLength);
    });

    it('writes a path and a file: URL, and leaves nothing beside', async () => {
      await write(large, join(here, 'path'));
      await write(large, pathToFileURL(join(here, 'u r%l')));
      await write(large, pathToFileURL(join(here, 'text')).href);
      for (const file of ['path', 'u r%l', 'text']) {
        expect(Buffer.compare(readFileSync(join(here, file)), bytes), file).to.equal(0);
      }
      expect(readdirSync(here).sort()).to.deep.equal(['path', 'text', 'u r%l']);
    });

    it('replaces a file and keeps its rights, and a link and keeps it a link', async () => {
      const file = join(here, 'path');
      writeFileSync(file, 'before');
      chmodSync(file, 0o640);
      symlinkSync(file, join(here, 'link'));
      await write(large, join(here, 'link'));
      expect(lstatSync(join(here, 'link')).isSymbolicLink()).to.equal(true);
      expect(statSync(file).mode & 0o777).to.equal(0o640);
      expect(Buffer.compare(readFileSync(file), bytes)).to.equal(0);
    });

    it('writes a stream at its pace, in blocks that the reader may keep, and closes it', async () => {
      const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
      const done = write(large, writable);
      const blocks: Uint8Array[] = [];
      for await (const block of readable as unknown as AsyncIterable<Uint8Array>) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        blocks.push(block);
      }
      await done;
      expect(blocks.length).to.equal(6);
      expect(Buffer.compare(Buffer.concat(blocks), bytes)).to.equal(0);
    });

    it('counts bytes as they are written', async () => {
      const targets = [undefined, join(here, 'path'), new WritableStream()] as const;
      for (const target of targets) {
        const reports: WriteProgress[] = [];
        await write(large, target as undefined, { onProgress: (progress) => reports.push(progress) });
        expect(reports.map(({ written }) => written)).to.deep.equal([
          ...[1, 2, 3, 4, 5].map((block) => block * 4 * 2 ** 20),
          bytes.length,
        ]);
        expect(new Set(reports.map(({ total }) => total))).to.deep.equal(new Set([bytes.length]));
      }
    });

    it('stops when asked to: what was there stays, and a stream is aborted', async () => {
      const file = join(here, 'kept');
      writeFileSync(file, 'before');
      let reason: unknown;
      const stream = new WritableStream({
        abort(given) {
          reason = given;
        },
      });
      for (const target of [undefined, file, stream]) {
        const controller = new AbortController();
        const onProgress = ({ written }: WriteProgress) => written > 2 ** 23 && controller.abort(new Error('enough'));
        const error = await rejection(
          write(large, target as undefined, { signal: controller.signal, onProgress }) as Promise<unknown>,
        );
        expect(error.message).to.equal('enough');
      }
      expect((reason as Error).message).to.equal('enough');
      const error = await rejection(write(large, file, { signal: AbortSignal.abort() }));
      expect(error.name).to.equal('AbortError');
      expect(readFileSync(file, 'utf8')).to.equal('before');
      expect(readdirSync(here).filter((other) => other.endsWith('.tmp'))).to.deep.equal([]);
    });

    it('stops a stream that nobody reads', async () => {
      const controller = new AbortController();
      const { writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
      setTimeout(() => controller.abort(), 20);
      const error = await rejection(write(large, writable, { signal: controller.signal }));
      expect(error.name).to.equal('AbortError');
    });

    it("passes on a stream's own error", async () => {
      const stream = new WritableStream({
        write() {
          throw new Error('the disk of the page is full');
        },
      });
      expect((await rejection(write(large, stream))).message).to.equal('the disk of the page is full');
    });

    it('checks everything before it opens its target', async () => {
      const file = join(here, 'untouched');
      const error = await rejection(write(new Map([['a', float32([1], [2])]]), file));
      expect(error.message).to.match(/a: 1 values for shape \[2\], which has 2/);
      expect(existsSync(file)).to.equal(false);
    });

    it('names a disk that is full, and leaves what was there', () => {
      const file = join(here, 'limited');
      writeFileSync(file, 'before');
      const code = `import { ${name} } from 'tfjs-zoo/converters';
const data = new Float32Array(2 ** 20);
await ${name}(new Map([['a', { dtype: 'float32', shape: [data.length], data }]]), process.argv[1]).catch((error) => console.log(error.message));`;
      const node = [
        process.execPath,
        '--conditions=tfjs-zoo-source',
        '--import=tsx',
        '--input-type=module',
        '-e',
        code,
      ];
      // A limit on the size of files stands for the disk.
      const { stdout, stderr } = spawnSync('bash', ['-c', 'ulimit -f 1000; exec "$@"', 'bash', ...node, file], {
        cwd: root,
        encoding: 'utf8',
      });
      expect(stdout, stderr).to.equal(
        `${file}: expected a file that can be written, got EFBIG. Check the path, its rights and the free space.\n`,
      );
      expect(readFileSync(file, 'utf8')).to.equal('before');
      expect(readdirSync(here).filter((other) => other.endsWith('.tmp'))).to.deep.equal([]);
    });

    it('holds no second copy: 200 MB go to a file in some MB more', () => {
      const code = `import { ${name} } from 'tfjs-zoo/converters';
const tensor = (dtype, bytes, data) => ({ dtype, shape: [data.length], data: data.fill(1) });
const state = new Map([
  ['float32', tensor('float32', 4, new Float32Array(35e6))],
  ['float16', tensor('float16', 4, new Float32Array(15e6))],
]);
await ${name}(new Map([['a', state.get('float32')]].map(([key, { dtype }]) => [key, { dtype, shape: [1], data: new Float32Array(1) }])));
const before = process.resourceUsage().maxRSS;
await ${name}(state, process.argv[1]);
console.log(process.resourceUsage().maxRSS - before);`;
      const node = ['--conditions=tfjs-zoo-source', '--import=tsx', '--input-type=module', '-e', code];
      const file = join(here, 'memory');
      const grown = Number(execFileSync(process.execPath, [...node, file], { cwd: root, encoding: 'utf8' }));
      expect(statSync(file).size).to.be.greaterThan(170e6);
      expect(grown * 1024).to.be.below(60e6);
    });
  });
}

describe('targets that cannot be written', () => {
  const state = new Map([['a', float32([1])]]);
  const wrong: [string, unknown, RegExp][] = [
    ['a folder', folder, /^.*tfjs-zoo-write-\w+: expected a file that can be written, got a folder or device\. Name/],
    ['a device', '/dev/null', /^\/dev\/null: expected a file that can be written, got a folder or device\./],
    ['a folder that is not there', join(folder, 'no/a.pth'), /no\/a\.pth: expected a file .*, got ENOENT\. Check the/],
    ['a path through a file', `${fileURLToPath(import.meta.url)}/a`, /a: expected a file .*, got ENOTDIR\. Check/],
    ['a path with NUL', 'a\0b', /expected a file .*, got ERR_INVALID_ARG_VALUE\. Check/],
    [
      'a URL',
      'https://example.org/a.pth',
      /^writeSafetensors: expected a WritableStream, or in Node a path, got https:\/\/example\.org\/a\.pth\. In a page/,
    ],
    [
      'a Node stream',
      process.stderr,
      /^writeSafetensors: expected a path or a WritableStream to write to, got object\. .*Writable\.toWeb/,
    ],
    ['null', null, /^writeSafetensors: expected a path or a WritableStream to write to, got null\. /],
  ];
  for (const [what, target, message] of wrong) {
    it(`refuses ${what}`, async () => {
      const error = await rejection(writeSafetensors(state, target as string));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(message);
    });
  }

  it('refuses a stream that has a writer', async () => {
    const stream = new WritableStream();
    stream.getWriter();
    const error = await rejection(writeTorchCheckpoint(state, stream));
    expect(error).to.be.instanceOf(CheckpointError);
    expect(error.message).to.equal(
      'writeTorchCheckpoint: expected a stream that is free, got one with a writer. Release it with writer.releaseLock().',
    );
  });

  it('refuses to make an array that is larger than arrays can be', async () => {
    const encoding = { size: 2 ** 52, chunks: () => [] };
    const error = await rejection(writeTo('writeSafetensors', undefined, encoding, {}));
    expect(error).to.be.instanceOf(CheckpointError);
    expect(error.message).to.equal(
      'writeSafetensors: expected a file that fits one array, got 4503599627370496 bytes. Give a path or a stream to write to.',
    );
  });
});
