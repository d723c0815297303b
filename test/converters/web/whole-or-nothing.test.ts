import fs, { readlinkSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { openCheckpoint, readCheckpoint, writeSafetensors, writeWebFolder } from 'tfjs-zoo/converters';
import { CheckpointError, type StateDict } from '../../../src/core/index.js';
import { rejection } from '../support.js';
import { beside, places, stateOf } from './places.js';
import { expectSame, filesIn } from './support.js';

const newPlace = places();

const old = stateOf(1);
/** Three shards. */
const large = stateOf(2, 2 ** 20 + 5);

/** Runs with a function of node:fs/promises that fails the times for which `fails` says so, as the system would. */
async function failing(
  name: 'writeFile' | 'rename',
  code: string,
  fails: (target: string, call: number) => boolean,
  run: () => Promise<void>,
): Promise<void> {
  const real = fs.promises[name] as (...args: unknown[]) => Promise<void>;
  let call = 0;
  const mock = async (...args: unknown[]) => {
    if (!fails(String(args[name === 'rename' ? 1 : 0]), ++call)) return real(...args);
    throw Object.assign(new Error(`${code}: failed, ${name}`), { code, syscall: name });
  };
  Object.assign(fs.promises, { [name]: mock });
  try {
    await run();
  } finally {
    Object.assign(fs.promises, { [name]: real });
  }
}

describe('a web folder appears whole', () => {
  it('at a relative path, a file: URL, a path with a slash at its end, and in folders that are made', async () => {
    const place = newPlace();
    const below = join(place, 'x', 'größe 1%', 'net');
    const targets = [
      relative(process.cwd(), place),
      pathToFileURL(`${place}2`),
      pathToFileURL(`${place}3`).href,
      `${place}4/`,
      below,
    ];
    for (const target of targets) {
      await writeWebFolder(old, target);
      expectSame((await readCheckpoint(target)).stateDict, old);
    }
    expect(beside(place)).to.deep.equal(['net', 'net2', 'net3', 'net4']);
    expect(filesIn(`${place}2`)).to.deep.equal(['model.json', 'weights-001.bin']);
  });

  it('in place of the old one by force, without files of it', async () => {
    const place = newPlace();
    await writeWebFolder(large, place);
    expect(filesIn(place)).to.deep.equal(['model.json', 'weights-001.bin', 'weights-002.bin', 'weights-003.bin']);
    await writeWebFolder(old, place, { force: true });
    expect(filesIn(place)).to.deep.equal(['model.json', 'weights-001.bin']);
    expectSame((await readCheckpoint(place)).stateDict, old);
    expect(beside(place)).to.deep.equal(['net']);
  });

  it('where a link points to, and the link stays one', async () => {
    const place = newPlace();
    await writeWebFolder(large, place);
    const link = `${place}-link`;
    symlinkSync('net', link);
    const error = await rejection(writeWebFolder(old, link));
    expect(error.message).to.match(/^writeWebFolder: expected no folder yet, got one at \/.*\/net\. /);
    await writeWebFolder(old, link, { force: true });
    expect(readlinkSync(link)).to.equal('net');
    expectSame((await readCheckpoint(place)).stateDict, old);
    expect(beside(place)).to.deep.equal(['net', 'net-link']);
  });

  it('of a checkpoint that is open, and over the folder that it is read from', async () => {
    const place = newPlace();
    await writeSafetensors(large, `${place}.safetensors`);
    const checkpoint = await openCheckpoint(`${place}.safetensors`);
    await writeWebFolder(checkpoint, place);
    await checkpoint.close();
    expectSame((await readCheckpoint(place)).stateDict, large);
    await writeWebFolder(await openCheckpoint(place), place, { force: true });
    expectSame((await readCheckpoint(place)).stateDict, large);
    expect(beside(place)).to.deep.equal(['net', 'net.safetensors']);
  });

  it('once, if two write it', async () => {
    const place = newPlace();
    const both = await Promise.allSettled([writeWebFolder(large, place), writeWebFolder(large, place)]);
    expect(both.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
    const { reason } = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(reason.message).to.match(/expected a folder that can be written, got (ENOTEMPTY|EEXIST) at/);
    expectSame((await readCheckpoint(place)).stateDict, large);
    expect(beside(place)).to.deep.equal(['net']);
  });
});

describe('a web folder that cannot be written', () => {
  /** Fails to write, with nothing at the place and by force over another, and leaves both as they were. */
  async function fails(
    message: RegExp,
    write: (place: string, options: { force: true }) => Promise<unknown>,
    type: new (...args: never[]) => Error = CheckpointError,
  ): Promise<void> {
    const place = newPlace();
    for (const before of [[], ['net']]) {
      if (before.length > 0) await writeWebFolder(old, place);
      const error = await rejection(write(place, { force: true }));
      expect(error).to.be.instanceOf(type);
      expect(error.message.replace(place, 'PLACE')).to.match(message);
      expect(error.message).to.not.include('\n');
      expect(beside(place)).to.deep.equal(before);
      if (before.length > 0) expectSame((await readCheckpoint(place)).stateDict, old);
    }
  }

  const disk = 'Check the path, its rights and the free space\\.$';

  it('for the disk is full, at a shard or at the manifest, leaves nothing and what was there', async () => {
    for (const file of ['weights-002.bin', 'model.json']) {
      await fails(
        new RegExp(`^writeWebFolder: expected a folder that can be written, got ENOSPC at PLACE\\. ${disk}`),
        async (place, options) =>
          failing(
            'writeFile',
            'ENOSPC',
            (target) => target.endsWith(file),
            async () => {
              await writeWebFolder(large, place, options);
            },
          ),
      );
    }
  });

  it('for it cannot be moved to its place', async () => {
    // Only the last move: by force, the old one has been put aside by then.
    await fails(new RegExp(`got EBUSY at PLACE\\. ${disk}`), async (place, options) =>
      failing(
        'rename',
        'EBUSY',
        (target, call) => target === place && call < 3,
        async () => {
          await writeWebFolder(large, place, options);
        },
      ),
    );
  });

  it('for it was stopped, before, while it reads, and between two tensors', async () => {
    const reason = new RangeError('enough');
    const { signal } = AbortSignal.abort ? { signal: AbortSignal.abort(reason) } : {};
    await fails(/^enough$/, (place, options) => writeWebFolder(large, place, { ...options, signal }), RangeError);
    await fails(
      /^enough$/,
      (place, options) => {
        const controller = new AbortController();
        const onProgress = () => controller.abort(reason);
        return writeWebFolder(large, place, { ...options, signal: controller.signal, onProgress });
      },
      RangeError,
    );
    await fails(
      /^enough$/,
      async (place, options) => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(reason), 5);
        await writeWebFolder(stateOf(3, 2 ** 24), place, { ...options, signal: controller.signal });
      },
      RangeError,
    );
  });

  it('for a tensor of its source cannot be read, or progress throws', async () => {
    await fails(/^it is gone$/, async (place, options) => {
      await writeSafetensors(large, `${place}.safetensors`);
      const checkpoint = await openCheckpoint(`${place}.safetensors`);
      fs.rmSync(`${place}.safetensors`);
      const read = async (name: unknown) => {
        if (name === 'b') throw new CheckpointError('it is gone');
        return checkpoint.read(name as string);
      };
      await writeWebFolder({ ...checkpoint, read }, place, options).finally(() => checkpoint.close());
    });
    const onProgress = () => {
      throw new RangeError('no bar');
    };
    await fails(/^no bar$/, (place, options) => writeWebFolder(large, place, { ...options, onProgress }), RangeError);
  });

  it('for tfjs has no such tensors', async () => {
    const int64 = { dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, -(2n ** 31n) - 1n) } as const;
    await fails(
      /^writeWebFolder: expected whole numbers of 32 bits, got -2147483649 in 'n'\. tfjs has no larger ones: leave the tensor out\.$/,
      (place, options) =>
        writeWebFolder(
          new Map([
            ['a', old.get('a')!],
            ['n', int64],
          ]),
          place,
          options,
        ),
    );
    const wrong = { dtype: 'float32', shape: [4], data: new Float32Array(3) } as const;
    await fails(
      /open checkpoint, got n: 3 values for shape \[4\], which has 4\. Correct that, and write again: nothing was written\.$/,
      (place, options) => writeWebFolder(new Map([['n', wrong]]), place, options),
    );
    for (const axes of [[0], [0, 0], [1, 2]]) {
      const tensor = { dtype: 'float32', shape: [1, 2], data: new Float32Array(2) } as const;
      await fails(
        new RegExp(
          `^writeWebFolder: expected a permutation of 2 axes for 'n', got \\[${axes.join(', ')}\\]\\. Correct permutationOf\\.$`,
        ),
        (place, options) => writeWebFolder(new Map([['n', tensor]]), place, { ...options, permutationOf: () => axes }),
      );
    }
  });

  it('for its source is no state dict', async () => {
    const cases: [unknown, RegExp][] = [
      [{ stateDict: old }, /an object that has a state dict \(give that\)/],
      [Object.fromEntries(old), /got an object\./],
      [
        new Map<string, unknown>([
          ['x', null],
          ['y', { dtype: 'float32' }],
        ]),
        /got x: null; y: an object\./,
      ],
      [null, /got null\./],
    ];
    for (const [source, got] of cases) {
      await fails(
        /^writeWebFolder: expected a state dict \(a Map from .*\) or an open checkpoint, got .* Correct that, and write again: nothing was written\.$/,
        (place, options) => writeWebFolder(source as StateDict, place, options),
      );
      expect((await rejection(writeWebFolder(source as StateDict, newPlace()))).message).to.match(got);
    }
  });
});
