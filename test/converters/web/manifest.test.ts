import { expect } from 'chai';
import { openCheckpoint, readCheckpoint } from 'tfjs-zoo/converters';
import { localFolder } from '../../../converters/web/local-folder.js';
import { parseManifest } from '../../../converters/web/parse-manifest.js';
import { CheckpointError, type Folder } from '../../../src/core/index.js';
import { rejection } from '../support.js';
import { folderOf, folders, handmade, receive } from './support.js';

const folder = folders();
const origin = { dtype: 'float32', shape: [2, 3], permutation: [1, 0] };
const entry = { name: 'w', shape: [3, 2], dtype: 'float32', checkpoint: origin };
const block = (begin: number, size: number, more: object = {}) => ({
  ...entry,
  name: `w#${begin}`,
  shape: [3, size],
  checkpoint: { ...origin, block: { of: 'w', begin }, ...more },
});

/** A group of one shard. */
function of(...weights: unknown[]): object {
  return { paths: ['a.bin'], weights };
}

/** How the text of a manifest is refused. */
function refusal(json: unknown): string {
  try {
    parseManifest(typeof json === 'string' ? json : JSON.stringify(json), 'net/model.json');
  } catch (error) {
    expect(error).to.be.instanceOf(CheckpointError);
    const [, got] =
      /^net\/model\.json: expected a weights manifest of TensorFlow\.js, got (.*)\. Convert the checkpoint anew with tfjs-zoo convert\.$/.exec(
        (error as Error).message,
      ) ?? [];
    return got ?? (error as Error).message;
  }
  return 'nothing to refuse';
}

describe('a manifest that cannot be believed', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const cases: [what: unknown, got: string][] = [
    ['<!doctype html><p>Hello', 'an HTML page'],
    [' \n<html>', 'an HTML page'],
    ['', 'what is no JSON'],
    ['{"weightsManifest": [', 'what is no JSON'],
    ['null', 'JSON without weightsManifest'],
    ['5', 'JSON without weightsManifest'],
    [{ weightsManifest: {} }, 'JSON without weightsManifest'],
    [deep, 'a group without paths and weights'],
    [[null], 'a group without paths and weights'],
    [[{ paths: ['a'] }], 'a group without paths and weights'],
    [[{ paths: 'a', weights: [] }], 'a group without paths and weights'],
    ...[
      '../a.bin',
      '/etc/passwd',
      'a/b.bin',
      'a\\b',
      '..',
      '.',
      '',
      'C:a',
      'https://evil.org/a.bin',
      '//evil.org',
      'a?b',
      '%2e%2e',
      'a\nb',
      5,
      null,
    ].map((path): [unknown, string] => [
      [{ paths: ['a.bin', path], weights: [entry] }],
      `path ${JSON.stringify(path)}`,
    ]),
    [[{ ...of(entry), bytes: [-1] }], 'bytes [-1] for 1 shards'],
    [[{ ...of(entry), bytes: [24.5] }], 'bytes [24.5] for 1 shards'],
    [[{ ...of(entry), bytes: 24 }], 'bytes 24 for 1 shards'],
    [[{ ...of(entry), bytes: [24, 0] }], 'bytes [24,0] for 1 shards'],
    [[{ ...of(entry), bytes: [2 ** 53] }], 'bytes [9007199254740992] for 1 shards'],
    [[{ ...of(entry), bytes: [23] }], '1 shards that do not hold the 24 bytes of their tensors'],
    [
      [{ paths: ['a', 'b'], weights: [entry], bytes: [24, 24] }],
      '2 shards that do not hold the 24 bytes of their tensors',
    ],
    [[{ paths: ['a', 'b'], weights: [entry] }], '2 shards that do not hold the 24 bytes of their tensors'],
    [[{ paths: [], weights: [entry] }], '0 shards that do not hold the 24 bytes of their tensors'],
    [[{ ...of(entry), sha256: ['abc'] }], 'sha256 ["abc"] for 1 shards'],
    [[{ ...of(entry), sha256: [] }], 'sha256 [] for 1 shards'],
    [[{ ...of(entry), sha256: [null] }], 'sha256 [null] for 1 shards'],
    [[of(null)], 'a tensor of the name none'],
    [[of([])], 'a tensor of the name none'],
    [[of({ ...entry, name: 5 })], 'a tensor of the name 5'],
    [[of({ name: 'w' })], 'shape none in "w"'],
    ...[[-1], [1.5], ['2'], [null], 'x', 6, {}, new Array(65).fill(1), [2 ** 53], [[2]]].map(
      (shape): [unknown, string] => [[of({ ...entry, shape })], `shape ${JSON.stringify(shape).slice(0, 100)} in "w"`],
    ),
    [[of({ name: 'w', shape: [2 ** 30, 2 ** 30], dtype: 'float32' })], 'shape [1073741824,1073741824] in "w"'],
    [`[{"paths":[],"weights":[{"name":"w","shape":${deep}}]}]`, 'shape lists in lists without end in "w"'],
    [[of({ ...entry, dtype: 'string' })], 'dtype "string" in "w"'],
    [[of({ ...entry, dtype: 'float16' })], 'dtype "float16" in "w"'],
    [[of({ ...entry, dtype: undefined })], 'dtype none in "w"'],
    [[of({ ...entry, dtype: '__proto__' })], 'dtype "__proto__" in "w"'],
    [[of({ ...entry, quantization: null })], 'quantization null of float32 in "w"'],
    [[of({ ...entry, quantization: { dtype: 'uint8' } })], 'quantization {"dtype":"uint8"} of float32 in "w"'],
    [
      '[{"paths":[],"weights":[{"name":"w","shape":[1],"dtype":"float32","quantization":{"dtype":"uint8","scale":1e999,"min":0}}]}]',
      'quantization {"dtype":"uint8","scale":null,"min":0} of float32 in "w"',
    ],
    [
      [of({ ...entry, quantization: { dtype: 'int8', scale: 1, min: 0 } })],
      'quantization {"dtype":"int8","scale":1,"min":0} of float32 in "w"',
    ],
    [
      [of({ name: 'w', shape: [1], dtype: 'int32', quantization: { dtype: 'float16' } })],
      'quantization {"dtype":"float16"} of int32 in "w"',
    ],
    [
      [of({ name: 'w', shape: [1], dtype: 'bool', quantization: { dtype: 'uint8', scale: 1, min: 0 } })],
      'quantization {"dtype":"uint8","scale":1,"min":0} of bool in "w"',
    ],
    [[of({ ...entry, checkpoint: null })], 'checkpoint shape none in "w"'],
    [[of({ ...entry, checkpoint: { ...origin, shape: [6] } })], 'checkpoint shape [6] in "w"'],
    [
      [of({ ...entry, checkpoint: { ...origin, shape: [3, 2] } })],
      'shape [3,2] of a tensor [3,2] in order [1,0] in "w"',
    ],
    [[of({ ...entry, checkpoint: { ...origin, dtype: 'int64' } })], 'checkpoint dtype "int64" in "w"'],
    [[of({ ...entry, checkpoint: { ...origin, dtype: 'toString' } })], 'checkpoint dtype "toString" in "w"'],
    ...[
      [0, 0],
      [1],
      [0, 1, 2],
      [1, 2],
      [0.5, 1],
      ['1', '0'],
      '10',
      {},
      [null, 1],
      [{ valueOf: 1, toString: 1 }, 0],
    ].map((permutation): [unknown, string] => [
      [of({ ...entry, checkpoint: { ...origin, permutation } })],
      `permutation ${JSON.stringify(permutation)} in "w"`,
    ]),
    [[of(entry, entry)], 'two tensors of the name "w"'],
    [[of(entry), of(entry)], 'two tensors of the name "w"'],
    [[of(entry, block(0, 2))], 'two tensors of the name "w"'],
    [[of(block(0, 1), { ...entry, name: 'w' })], 'two tensors of the name "w"'],
    [[of(block(0, 1), block(1, 1, { dtype: 'float16' }))], 'two tensors of the name "w"'],
    [[of(block(0, 1))], 'too few blocks of "w"'],
    [[of(block(1, 1))], 'blocks of "w" that leave a gap or overlap'],
    [[of(block(0, 1), block(0, 1))], 'blocks of "w" that leave a gap or overlap'],
    [[of(block(1, 1), block(0, 1))], 'blocks of "w" that leave a gap or overlap'],
    [[of(block(0, 2), block(1, 1))], 'blocks of "w" that leave a gap or overlap'],
    [[of(block(1, 2))], 'block {"of":"w","begin":1} of float32 [3,2] in "w#1"'],
    [[of(block(0, 0))], 'block {"of":"w","begin":0} of float32 [3,0] in "w#0"'],
    [[of(block(-1, 1))], 'block {"of":"w","begin":-1} of float32 [3,1] in "w#-1"'],
    [[of(block(0, 1, { block: { of: 5, begin: 0 } }))], 'block {"of":5,"begin":0} of float32 [3,1] in "w#0"'],
    [[of(block(0, 1, { block: null }))], 'block null of float32 [3,1] in "w#0"'],
    [
      [of({ ...block(0, 2, { dtype: 'int32' }), dtype: 'int32' })],
      'block {"of":"w","begin":0} of int32 [3,2] in "w#0"',
    ],
    [
      [
        of({
          name: 's',
          shape: [],
          dtype: 'float32',
          checkpoint: { dtype: 'float32', shape: [], permutation: null, block: { of: 'w', begin: 0 } },
        }),
      ],
      'block {"of":"w","begin":0} of float32 [] in "s"',
    ],
  ];
  for (const [json, got] of cases) {
    it(`has ${got.length > 110 ? `${got.slice(0, 110)}…` : got}: ${JSON.stringify(json).slice(0, 90)}`, () => {
      expect(refusal(json)).to.equal(got);
    });
  }

  it('is refused at once, though it is of a million entries or nested a million deep', () => {
    const entries = (count: number, one: (i: number) => object) =>
      JSON.stringify([{ paths: ['a.bin'], weights: Array.from({ length: count }, (_, i) => one(i)) }]);
    expect(refusal(entries(10 ** 6, () => ({ name: 'w', shape: [], dtype: 'bool' })))).to.equal(
      'two tensors of the name "w"',
    );
    expect(refusal(entries(10 ** 5, (i) => block(i, 1)))).to.equal(
      'block {"of":"w","begin":2} of float32 [3,1] in "w#2"',
    );
    expect(refusal(`{"weightsManifest":[${'{"a":'.repeat(10 ** 6)}`)).to.equal('what is no JSON');
  });
});

describe('a manifest that is odd', () => {
  const parsed = (json: unknown) => parseManifest(JSON.stringify(json), 'net/model.json');

  it('passes over what it does not know, and over a description that is none', () => {
    const odd = {
      model: 'alexnet',
      categories: ['a', 5],
      transforms: [],
      more: 1,
      weightsManifest: [{ ...of(entry), x: 1 }],
    };
    expect(Object.keys(parsed(odd))).to.deep.equal(['shards', 'tensors', 'bytes']);
    const about = { model: { name: 'a', options: [] }, categories: [], transforms: { a: 1 } };
    expect(parsed({ ...about, weightsManifest: [] })).to.deep.include({ ...about, model: { name: 'a', options: {} } });
    expect(parsed({ model: { name: 5 }, weightsManifest: [] })).to.not.have.property('model');
  });

  it('keeps names as they are, __proto__ too', () => {
    const json =
      '[{"paths":["a.bin"],"weights":[{"name":"__proto__","shape":[1],"dtype":"bool","__proto__":{"dtype":"x"}}]}]';
    expect([...parseManifest(json, '').tensors.keys()]).to.deep.equal(['__proto__']);
  });

  it('may have more tensors and shards without bytes than one could go through for each', async () => {
    const count = 10 ** 5;
    const weights = Array.from({ length: count }, (_, i) => ({ name: `${i}`, shape: [0], dtype: 'bool' }));
    const paths = new Array(count).fill('a');
    const path = handmade(folder(), [{ weights, paths, bytes: new Array(count).fill(0) }], { a: new Uint8Array() });
    expect((await readCheckpoint(path)).stateDict.size).to.equal(count);
  });
});

describe('shards that are not as the manifest says', () => {
  const sha256 = ['ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad']; // of abc
  const manifest = { sha256, paths: ['a.bin'], weights: [{ name: 'w', shape: [3], dtype: 'bool' }] };
  const cases: [string, Record<string, Uint8Array>, string][] = [
    ['missing', {}, 'a file of a web folder, got ENOENT. Convert the checkpoint anew.'],
    [
      'truncated',
      { 'a.bin': Buffer.from('ab') },
      '3 bytes, got 2. The folder is damaged: convert the checkpoint anew.',
    ],
    ['longer', { 'a.bin': Buffer.from('abcd') }, '3 bytes, got 4. The folder is damaged: convert the checkpoint anew.'],
    [
      'other',
      { 'a.bin': Buffer.from('abd') },
      `SHA-256 ${sha256}, got a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9. The folder is damaged: convert the checkpoint anew.`,
    ],
  ];
  for (const [what, shards, expected] of cases) {
    it(`are told: ${what}, in both ways of reading`, async () => {
      const path = handmade(folder(), [manifest], shards);
      const opened = await openCheckpoint(path);
      for (const reading of [opened.read('w'), receive(localFolder(path))]) {
        const error = await rejection(reading);
        expect(error).to.be.instanceOf(CheckpointError);
        expect(error.message).to.equal(`${path}/a.bin: expected ${expected}`);
      }
    });
  }

  it('come to an end though they are announced as larger than any memory', async () => {
    for (const shape of [[2 ** 31], [2 ** 50]]) {
      const weights = [{ name: 'w', shape, dtype: 'float32' }];
      const path = handmade(folder(), [{ paths: ['a.bin'], weights }], { 'a.bin': new Uint8Array(4) });
      const error = await rejection(readCheckpoint(path));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(
        /expected (\d+ bytes, got 4\.|tensors that fit one array, got one of \d+ bytes\. Leave)/,
      );
      expect((await rejection(receive(localFolder(path)))).message).to.match(/a\.bin: expected \d+ bytes, got 4\./);
    }
  });

  it('are refused where one has no name of a tensor, or a key', async () => {
    const path = handmade(folder(), [manifest], { 'a.bin': Buffer.from('abc') });
    const opened = await openCheckpoint(path);
    const missing = await rejection(opened.read('v'));
    expect(missing.message).to.equal(`${path}/: expected the name of a tensor, got 'v'. See entries.`);
    const other = await rejection(opened.read({} as string));
    expect(other.message).to.equal(`${path}/: expected the name of a tensor, got something else. See entries.`);
    const key = await rejection(readCheckpoint(path, { key: 'model' }));
    expect(key.message).to.equal(
      `${path}/: expected no key, for a web folder is one flat state dict, got key 'model'. Leave it out.`,
    );
    expect(opened.warnings).to.deep.equal([]);
    await opened.close();
  });

  it('a manifest of more than 32 MiB is none', async () => {
    const bytes = new Uint8Array(32 * 2 ** 20 + 1);
    const huge: Folder = folderOf({ 'model.json': bytes });
    expect((await rejection(receive(huge))).message).to.equal(
      'memory/model.json: expected a manifest of at most 33554432 bytes, got 33554433. Check the address.',
    );
  });
});
