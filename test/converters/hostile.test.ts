import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { bytesOf, fixtureBytes, tarOf, torchZip, uint32, uint64, zipOf } from './support.js';

const MiB = 2 ** 20;

/** Reads the bytes in a process whose heap is small, which a bomb would end. */
function readInChild(folder: string, bytes: Uint8Array): { message: string; growth: number } {
  const file = join(folder, 'bomb');
  writeFileSync(file, bytes);
  const child = fileURLToPath(new URL('peak.ts', import.meta.url));
  const flags = ['--max-old-space-size=256', '--conditions=tfjs-zoo-source', '--import', 'tsx/esm'];
  return JSON.parse(execFileSync(process.execPath, [...flags, child, file], { encoding: 'utf8' }));
}

const word = (text: string) => bytesOf('X', uint32(text.length), text);
const memo = (index: number) => bytesOf('j', uint32(index));

/** Each level holds the one before twice: 2⁶⁰ of the innermost, if anything counted them. */
function laughs(open: string, pair: (inner: Uint8Array) => Uint8Array): Uint8Array {
  const levels = Array.from({ length: 60 }, (_, level) => bytesOf('r', uint32(level), '0', pair(memo(level))));
  return bytesOf(open, ...levels, '.');
}

const dicts = bytesOf(...Array.from({ length: 4 }, () => `(${'}'.repeat(10 ** 6)}l`), '.');
/** Numbers in all buckets of a hash table are harmless; these are what V8's hash for integers puts into few. */
function hashOf(key: number): number {
  let hash = (~key + (key << 15)) | 0;
  hash ^= hash >>> 12;
  hash = (hash + (hash << 2)) | 0;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return (hash ^ (hash >>> 16)) & 0x3fffffff;
}

const colliding: number[] = [];
for (let key = 0; colliding.length < 20_000; key++) if ((hashOf(key) & 0x3ff) === 0) colliding.push(key);

const legacyHead = fixtureBytes('model-legacy.pth').subarray(0, 109);

describe('a bomb is refused, within twice its size and a constant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-'));
  after(() => rmSync(folder, { recursive: true }));

  const tooMuch = /CheckpointError: .*takes at most \d+ bytes of memory \(twice the file, and 64 MiB\), got more/;
  const bombs: [string, Uint8Array, RegExp][] = [
    [
      'numbers that collide',
      torchZip(bytesOf('}(', ...colliding.map((key) => bytesOf('J', uint32(key), 'N')), 'u.')),
      tooMuch,
    ],
    [
      'numbers that collide, in a call',
      torchZip(bytesOf('cbuiltins\nset\n(', ...colliding.map((key) => bytesOf('J', uint32(key))), 't\x85R.')),
      tooMuch,
    ],
    [
      'memos that collide',
      torchZip(bytesOf('N', ...colliding.map((key) => bytesOf('r', uint32(key))), '.')),
      /expected a memo index that counts, got \d+/,
    ],
    ['empty dicts', torchZip(dicts), tooMuch],
    ['empty dicts in a legacy stream', bytesOf(legacyHead, dicts), tooMuch],
    [
      'empty dicts in a tar file',
      tarOf(['storages', 'tensors', 'pickle'].map((name) => ({ name, data: dicts }))),
      tooMuch,
    ],
    ['empty lists', torchZip(bytesOf('](', ']'.repeat(10 ** 6), 'e(', ']'.repeat(10 ** 6), 'e.')), tooMuch],
    ['memos', torchZip(bytesOf('N', new Uint8Array(6 * MiB).fill(0x94), '.')), tooMuch],
    [
      'one dict copied by calls',
      torchZip(
        bytesOf(
          '}(',
          ...Array.from({ length: 5000 }, (_, i) => bytesOf('J', uint32(i), 'N')),
          'u\x94ccollections\nOrderedDict\n\x940',
          'h\x01h\x00\x85R'.repeat(50_000),
          '.',
        ),
      ),
      tooMuch,
    ],
    ['objects', torchZip(bytesOf('ca\nB\n\x940(', 'h\x00)\x81'.repeat(900_000), 't.')), tooMuch],
    [
      'tuples in tuples, doubling',
      torchZip(laughs(')', (inner) => bytesOf(inner, inner, 0x86))),
      /expected a state dict/,
    ],
    [
      'dicts in dicts, doubling',
      torchZip(laughs('}', (inner) => bytesOf('}(', word('a'), inner, word('b'), inner, 'u'))),
      /expected a state dict \(a dict of tensors\), got the keys a, b/,
    ],
    ['an integer of a gigabyte', torchZip(bytesOf(0x8b, uint32(2 ** 30), '.')), /an integer of at most 2048 bytes/],
    ['a text of 2⁵³ bytes', torchZip(bytesOf(0x8d, uint64(2n ** 53n), '.')), /expected 9007199254740992 more bytes/],
    [
      'a frame of 2⁶³ bytes',
      torchZip(bytesOf(0x95, uint64(2n ** 63n), 'N.')),
      /expected 9223372036854776000 more bytes/,
    ],
    [
      'a global without end',
      torchZip(bytesOf('c', 'a'.repeat(MiB), '\nb\n.')),
      /a global's name of at most 1024 characters/,
    ],
    ['a float without end', torchZip(bytesOf('F', '1'.repeat(MiB), 'x\n.')), /expected a float, got 1111/],
    ['escapes without end', torchZip(bytesOf("S'", '\\n'.repeat(MiB), "'\n.")), /a text of at most 262144 characters/],
    [
      'characters without end',
      torchZip(bytesOf('V', '\\u0041'.repeat(MiB), '\n.')),
      /a text of at most 262144 characters/,
    ],
    [
      'brackets for a safetensors header',
      bytesOf(uint64(8 * MiB + 9), '{"a":{"b":[', '[],'.repeat((8 * MiB) / 3), '     '),
      tooMuch,
    ],
    [
      'a header nested without end',
      bytesOf(uint64(MiB), '{"a":', '['.repeat(MiB - 5)),
      /nested at most 127 deep at character 131/,
    ],
    [
      'a header longer than the file',
      bytesOf(uint64(2 ** 31), '{"a":'),
      /a safetensors header of at most 5 bytes, got 2147483648/,
    ],
    [
      'entries without end',
      zipOf(Array.from({ length: 30_000 }, (_, i) => ({ name: `${i}`, data: bytesOf() }))),
      /expected a PyTorch checkpoint with one data.pkl|whole zip archive/,
    ],
  ];
  for (const [what, bytes, message] of bombs) {
    it(what, function () {
      this.timeout(60_000);
      const { message: got, growth } = readInChild(folder, bytes);
      expect(got).to.match(/^CheckpointError: [^\n]*$/);
      expect(got).to.match(message);
      expect(growth / MiB).to.be.below((2 * bytes.length) / MiB + 160);
    });
  }
});
