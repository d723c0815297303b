import { expect } from 'chai';
import fc from 'fast-check';
import { PickleFloat, readCheckpoint, writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { fixtureBytes, golden } from '../support.js';
import { plain, someState, someValue } from './arbitrary.js';
import { float32 } from './support.js';

/** Writes a value beside a state dict, and reads it. */
async function through(value: unknown): Promise<unknown> {
  const bytes = await writeTorchCheckpoint({ model: new Map([['w', float32([1])]]), value });
  const { extra } = await readCheckpoint(bytes);
  return (extra as { value: unknown }).value;
}

describe('writeTorchCheckpoint', () => {
  it('gives back every bit of every dtype, in order', async () => {
    for (const file of ['dtypes-zip-p2.pth', 'mixed.pth', 'views-zip.pth', 'model.pth']) {
      const { stateDict } = await readCheckpoint(fixtureBytes(file));
      expect(stateDict.size).to.equal(golden[file]!.length);
      const again = await readCheckpoint(await writeTorchCheckpoint(stateDict));
      expect(again.format).to.equal('pytorch-zip');
      expect(plain(again.stateDict)).to.deep.equal(plain(stateDict));
    }
  });

  it('writes whole numbers as int and others as float, as far as Python can tell them apart', async () => {
    const numbers = [0, 1, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, -1, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53 - 1];
    const floats = [0.1, -0, 1e300, 2 ** 53, 5e-324, Number.NaN, Infinity, -Infinity];
    expect(await through(numbers)).to.deep.equal(numbers);
    expect(await through(floats)).to.deep.equal(floats);
    const big = [2n ** 53n, -(2n ** 63n), 2n ** 2039n - 1n, -(2n ** 2039n)];
    expect(await through(big)).to.deep.equal(big);
    expect(await through([5n, -(2n ** 31n)])).to.deep.equal([5, -(2 ** 31)]);
    // BINFLOAT, big-endian, where a plain 1 is BININT1.
    const bytes = Buffer.from(await writeTorchCheckpoint([1, new PickleFloat(1)]));
    expect(bytes.includes(Buffer.from('284b01473ff000000000000065', 'hex'))).to.equal(true);
  });

  it('writes texts, booleans, null, and containers in order', async () => {
    const value = { z: 'é😀\0', a: [true, false, null, []], m: { b: {}, a: 1 } };
    const got = await through(value);
    expect(plain(got)).to.deep.equal(plain(value));
    const map = new Map<unknown, unknown>([
      [2, 'two'],
      ['1', 'text'],
      [1, 'one'],
    ]);
    expect([...((await through(map)) as Map<unknown, unknown>)]).to.deep.equal([...map]);
  });

  it('fills lists and dicts of many values in batches', async () => {
    for (const count of [999, 1000, 1001, 2000, 70_000]) {
      const list = Array.from({ length: count }, (_, i) => i);
      expect(await through(list)).to.deep.equal(list);
      const map = new Map(list.map((i) => [i, i + 1]));
      expect(await through(map)).to.deep.equal(map);
    }
  });

  it('writes a training state, whose parts PyTorch finds under its own names', async () => {
    const bytes = await writeTorchCheckpoint({
      model: new Map([['w', float32([1, 2])]]),
      optimizer: { state: new Map([[0, { step: float32([3], []) }]]), param_groups: [{ lr: 0.1, params: [0] }] },
      epoch: 3,
    });
    const { stateDict, extra } = await readCheckpoint(bytes);
    expect(stateDict.get('w')!.data).to.deep.equal(Float32Array.of(1, 2));
    expect((extra as { epoch: number }).epoch).to.equal(3);
    const step = await readCheckpoint(bytes, { key: 'optimizer.state.0' });
    expect(step.stateDict.get('step')).to.deep.equal(float32([3], []));
  });

  it('writes data that two tensors share once, and an array that is there twice as one', async () => {
    const tied = float32([1, 2, 3, 4]);
    const other = { ...tied, shape: [2, 2] };
    const bits = { dtype: 'float16', shape: [4], data: tied.data } as const;
    const bytes = await writeTorchCheckpoint(
      new Map([
        ['a', tied],
        ['b', tied],
        ['c', other],
        ['d', bits],
      ]),
    );
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).to.contain('archive/data/1').and.not.contain('archive/data/2');
    const { stateDict } = await readCheckpoint(bytes);
    expect([...stateDict.values()]).to.deep.equal([tied, tied, other, bits]);

    const list = [1];
    const [first, second] = (await through([list, list])) as unknown[];
    expect(first).to.equal(second).and.deep.equal([1]);
  });

  it('takes texts that look like numbers from a Map, and from an object that a file gave', async () => {
    const value = await through(new Map([['0', 1]]));
    expect(Object.entries(value as object)).to.deep.equal([['0', 1]]);
    expect(await through(value)).to.deep.equal(value);
  });

  it('writes again what readCheckpoint gave beside the state dict', async () => {
    const { extra } = await readCheckpoint(fixtureBytes('training-p2.pth'));
    const given = extra as Record<string, unknown>;
    for (const key of ['epoch', 'arch', 'big', 'negative', 'by_index', 'counts', 'size', '__proto__']) {
      expect(Object.hasOwn(given, key), key).to.equal(true);
      expect(plain(await through(given[key])), key).to.deep.equal(plain(given[key]));
    }
  });

  it('gives back random nested values and tensors', async () => {
    await fc.assert(
      fc.asyncProperty(someState, someValue, async (model, value) => {
        const { stateDict, extra } = await readCheckpoint(await writeTorchCheckpoint({ model, value }));
        expect(plain(stateDict)).to.deep.equal(plain(model));
        expect(plain((extra as { value: unknown }).value, 'unread')).to.deep.equal(plain(value, 'unread'));
      }),
      { numRuns: 300 },
    );
  });
});
