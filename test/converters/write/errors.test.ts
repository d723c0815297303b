import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { expect } from 'chai';
import { backends } from 'tfjs-zoo';
import { PickleGlobal, readCheckpoint, writeSafetensors, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { CheckpointError } from '../../../src/core/index.js';
import { fixtureBytes, rejection } from '../support.js';
import { float32 } from './support.js';

const good = float32([1, 2]);
const deep = Array.from({ length: 300 }).reduce((inner: unknown) => [inner], 1);
const cyclic: { list: unknown[] } = { list: [1] };
cyclic.list.push(cyclic);

/** What is wrong with an entry, whoever writes it. */
const values: [string, unknown, string][] = [
  ['too few values', { ...good, shape: [3] }, '2 values for shape [3], which has 3'],
  ['values of an empty shape', { ...good, shape: [0, 4] }, '2 values for shape [0, 4], which has 0'],
  ['an unknown dtype', { ...good, dtype: 'complex64' }, 'dtype "complex64", where one of float32, float16, bfloat16,'],
  ['a dtype of Object', { ...good, dtype: 'toString' }, 'dtype "toString", where one of float32'],
  ['a negative dimension', { ...good, shape: [-2] }, 'shape [-2], where at most 64 whole numbers of at least 0 are'],
  ['half a dimension', { ...good, shape: [0.5, 4] }, 'shape [0.5,4], where at most 64 whole numbers'],
  ['65 dimensions', { ...good, shape: new Array(65).fill(1) }, `shape [${'1,'.repeat(59)}1`],
  ['a shape that is no array', { ...good, shape: 2 }, 'shape 2, where at most 64 whole numbers'],
  ['an absurd shape', { ...good, shape: [0, 2 ** 50, 8] }, 'shape [0, 1125899906842624, 8], which is beyond 2⁵³ bytes'],
  [
    'another array',
    { ...good, data: new Float64Array(2) },
    'a Float64Array as data, where float32 is held in a Float32Array',
  ],
  ['an int64 in int32', { ...good, dtype: 'int64' }, 'a Float32Array as data, where int64 is held in a BigInt64Array'],
  ['a plain array', { ...good, data: [1, 2] }, 'an array as data, where float32 is held in a Float32Array'],
  ['no data', { ...good, data: null }, 'null as data, where float32 is held in a Float32Array'],
  ['undefined', undefined, 'undefined'],
  ['a function', () => 1, 'a function'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['a Date', new Date(0), 'an instance of Date'],
  ['a Promise', Promise.resolve(1), 'a Promise (await it first)'],
  ['a Set', new Set(), 'a Set (give an array)'],
  ['a bare array of numbers', new Float32Array(2), 'a bare Float32Array (say what it is: { dtype, shape, data })'],
  ['a class of Python', new PickleGlobal('torch.float32'), 'the global torch.float32 (put plain data in its place)'],
];

/** What only one of the two writes. */
const flat: [string, unknown, string][] = [
  ['a number', 1, 'number 1'],
  ['a text', 'x', 'the text x'],
  ['null', null, 'null'],
  ['a Map', new Map(), 'a Map'],
  ['an object', {}, 'an object'],
];
const nested: [string, unknown, string][] = [
  ['a text with half a character', 'a\ud83d', 'a text with half of a surrogate pair'],
  ['an endless integer', 2n ** 2040n, 'an integer of more than 2040 bits'],
];

function expectRefused(error: Error, who: string, got: string): void {
  expect(error).to.be.instanceOf(CheckpointError);
  expect(error.message).to.satisfy((text: string) => text.startsWith(`${who}: expected `));
  expect(error.message).to.contain(`, got ${got}`);
  expect(error.message).to.match(/\. Correct that, and write again: nothing was written\.$/);
}

describe('writeSafetensors refuses', () => {
  for (const [what, value, got] of [...values, ...flat]) {
    it(what, async () => {
      const error = await rejection(writeSafetensors(new Map([['conv.weight', value as never]])));
      expectRefused(error, 'writeSafetensors', `conv.weight: ${got}`);
    });
  }

  it('names that the format has no room for, and says everything at once', async () => {
    const state = new Map<unknown, unknown>([
      ['__metadata__', good],
      ['a\ud83d', good],
      [3, good],
      ['b', 1],
      ['fine', good],
    ]);
    const error = await rejection(writeSafetensors(state as never));
    expect(error.message).to.contain(
      'got __metadata__: a tensor under the name that the format keeps for texts; "a\\ud83d": half of a surrogate pair in the name; ' +
        '[3]: number 3 as name; b: number 1. Correct',
    );
    expect(error.message).to.not.contain('fine');
  });

  it('what is no state dict', async () => {
    const checkpoint = await readCheckpoint(fixtureBytes('model.pth'));
    for (const [value, got] of [
      [checkpoint, 'an object that has a state dict (give that)'],
      [Promise.resolve(new Map()), 'a Promise (await it first)'],
      [[], 'an array'],
    ] as const) {
      expectRefused(await rejection(writeSafetensors(value as never)), 'writeSafetensors', got);
    }
  });

  it('metadata that is no object', async () => {
    for (const [metadata, got] of [
      [null, 'null'],
      [['pt'], 'an array'],
      ['pt', 'the text pt'],
      [new Map([['format', 'pt']]), 'a Map'],
    ] as const) {
      const error = await rejection(writeSafetensors(new Map(), undefined, { metadata: metadata as never }));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.include(
        `writeSafetensors: expected metadata of texts, got metadata: ${got}. The format`,
      );
    }
  });

  it('metadata that is no text', async () => {
    const metadata = { epoch: 3, 'a b': '\ud83d' } as never;
    const error = await rejection(writeSafetensors(new Map(), undefined, { metadata }));
    expect(error.message).to.equal(
      'writeSafetensors: expected metadata of texts, got metadata.epoch: number 3; metadata."a b": half of a surrogate pair. ' +
        'The format has no other: write numbers as texts, all else as JSON.',
    );
  });

  it('a header beyond the bound of the format', async () => {
    const error = await rejection(writeSafetensors(new Map([['x'.repeat(1e8), good]])));
    expect(error.message).to.match(
      /expected a header of at most 100000000 bytes, got 1000000\d\d for 1 tensors\. Shorten/,
    );
  });
});

for (const [name, write] of Object.entries({ writeSafetensors, writeTorchCheckpoint })) {
  describe(`${name} of tensors that are read when their turn comes`, () => {
    const announced = { dtype: 'float32', shape: [2] } as const;

    it('writes what it writes of tensors in memory, and reads each once', async () => {
      let reads = 0;
      const read = async () => {
        reads++;
        return good;
      };
      const bytes = await write(
        new Map([
          ['a', { ...announced, read }],
          ['b', { ...announced, read }],
        ]),
      );
      const [a, b] = [good, { ...good, data: good.data.slice() }];
      expect(bytes).to.deep.equal(
        await write(
          new Map([
            ['a', a],
            ['b', b],
          ]),
        ),
      );
      expect(reads).to.equal(2);
    });

    for (const [what, tensor, got] of [
      ['of another shape', float32([1]), 'float32 of shape [1]'],
      ['of another dtype', { ...good, dtype: 'float16' }, 'float16 of shape [2]'],
      ['of fewer values', { ...good, data: new Float32Array(1) }, '1 values for shape [2], which has 2'],
    ] as const) {
      it(`refuses one ${what} than it announces`, async () => {
        const error = await rejection(write(new Map([['a', { ...announced, read: async () => tensor }]])));
        expect(error).to.be.instanceOf(CheckpointError);
        expect(error.message).to.equal(
          `Checkpoint: expected to read a tensor float32 of shape [2], as it was announced, got ${got}. ` +
            'Have read give what dtype and shape say.',
        );
      });
    }

    it('refuses at once a dtype that none can be read of', async () => {
      const unreadable = { dtype: 'complex64' as 'float32', shape: [2], read: async () => good };
      const error = await rejection(write(new Map([['a', unreadable]])));
      expectRefused(error, name, 'a: dtype "complex64", where one of float32');
    });
  });
}

describe('writeTorchCheckpoint refuses', () => {
  for (const [what, value, got] of [...values, ...nested]) {
    it(what, async () => {
      const error = await rejection(writeTorchCheckpoint({ optimizer: { state: new Map([[3, { exp_avg: value }]]) } }));
      expectRefused(error, 'writeTorchCheckpoint', `optimizer.state[3].exp_avg: ${got}`);
      expectRefused(await rejection(writeTorchCheckpoint(value)), 'writeTorchCheckpoint', got);
    });
  }

  const others: [string, unknown, string][] = [
    ['a cycle', cyclic, 'list[1]: a value that contains itself'],
    ['deep nesting', { deep }, `deep${'[0]'.repeat(25)}[…]`.slice(0, 80)],
    [
      'an object with integers as keys',
      { state: { 0: 1 } },
      'state: an object with the key 0, which JavaScript made a text',
    ],
    ['an object as key', new Map([[{}, 1]]), 'an object as key (use texts and integers)'],
    [
      'a key that Python has twice',
      new Map<unknown, unknown>([
        [2, 1],
        [2n, 1],
      ]),
      '[2]: a key that is there twice, as number',
    ],
    ['a hole in an array', new Array(2), '[0]: undefined'],
  ];
  for (const [what, value, got] of others) {
    it(what, async () => {
      expectRefused(await rejection(writeTorchCheckpoint(value)), 'writeTorchCheckpoint', got);
    });
  }

  it('tensors of TensorFlow.js, and says how to read them back', async () => {
    await backends.use('cpu');
    const x = tf.tensor([1, 2]);
    const error = await rejection(writeTorchCheckpoint({ x }));
    x.dispose();
    const got = 'x: a tensor of TensorFlow.js (read it back: { dtype, shape, data: await tensor.data() })';
    expectRefused(error, 'writeTorchCheckpoint', got);
  });

  it('what a reader left unread or opaque', async () => {
    const { extra } = await readCheckpoint(fixtureBytes('training-p2.pth'));
    const { message } = await rejection(writeTorchCheckpoint(extra));
    expect(message).to.match(
      /: a tensor that was not read \(float32 of shape \[[\d, ]*\]: the read of openCheckpoint reads it\)/,
    );
    expect(message).to.match(/: an object of [\w.]+ \(put plain data in its place\)/);
  });

  it('all of it at once, up to 20', async () => {
    const { message } = await rejection(writeTorchCheckpoint(Array.from({ length: 25 }, () => undefined)));
    expect(message).to.match(/got \[0\]: undefined; \[1\]: undefined; .*\[19\]: undefined; and 5 more\. Correct that/);
  });
});
