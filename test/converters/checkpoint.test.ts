import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import {
  openCheckpoint,
  readCheckpoint,
  type TensorRef,
  writeSafetensors,
  writeTorchCheckpoint,
} from 'tfjs-zoo/converters';
import { CheckpointError } from '../../src/core/index.js';
import {
  bytesOf,
  expectGolden,
  fixtureBytes,
  fixturePath,
  golden,
  rejection,
  torchZip,
  uint32,
  uint64,
  zipOf,
} from './support.js';

describe('openCheckpoint', () => {
  it('reads the tensors of extra too, such as the state of an optimizer, and no others', async () => {
    const checkpoint = await openCheckpoint(fixturePath('training-p2.pth'));
    const { optimizer } = checkpoint.extra as { optimizer: { state: Map<number, Record<string, TensorRef>> } };
    const ref = optimizer.state.get(1)!.exp_avg!;
    const { dtype, shape, data } = await checkpoint.read(ref);
    expect([dtype, shape]).to.deep.equal(['float32', [2]]);
    for (const value of data) expect(Number(value)).to.be.closeTo(0.2, 1e-6);
    const other = await openCheckpoint(fixturePath('training-p4.pth'));
    const message = "training-p4.pth: expected a tensor of this file's extra, got one of another file.";
    expect((await rejection(other.read(ref))).message).to.match(new RegExp(`${message}$`));
    const safetensors = await openCheckpoint(fixturePath('names.safetensors'));
    expect((await rejection(safetensors.read(ref))).message).to.match(
      /expected the name of a tensor in the file, got a tensor or storage\.$/,
    );
    for (const open of [checkpoint, other, safetensors]) await open.close();
  });

  it('lists names, dtypes, shapes and bytes, and reads one by one, in any order', async () => {
    for (const [file, format] of [
      ['views-zip.pth', 'pytorch-zip'],
      ['views-legacy.pth', 'pytorch-legacy'],
    ] as const) {
      const checkpoint = await openCheckpoint(fixturePath(file));
      expect(checkpoint.format).to.equal(format);
      expect(checkpoint.entries.map(({ name, dtype, shape }) => [name, dtype, shape])).to.deep.equal(
        golden[file]!.map(([name, { dtype, shape }]) => [name, dtype, shape]),
      );
      expect(checkpoint.entries.find(({ name }) => name === 'expanded')!.bytes).to.equal(24);
      expect((await checkpoint.read('stepped')).data).to.deep.equal(BigInt64Array.of(1n, 4n, 7n, 10n, 13n, 16n, 19n));
      expect((await checkpoint.read('scalar')).data).to.deep.equal(BigInt64Array.of(42n));
      await checkpoint.close();
      await checkpoint.close();
    }
  });

  it('gives every tensor memory of its own, apart from the given bytes', async () => {
    const bytes = fixtureBytes('views-zip.pth');
    const { stateDict } = await readCheckpoint(bytes);
    const buffers = new Set([...stateDict.values()].map(({ data }) => data.buffer));
    expect(buffers.size).to.equal(stateDict.size);
    expect(buffers.has(bytes.buffer)).to.equal(false);
    for (const { data } of stateDict.values()) expect(data.byteLength).to.equal(data.buffer.byteLength);
  });

  it('reads a Uint8Array that is a part of a larger one, an ArrayBuffer, a File and a file: URL', async () => {
    const bytes = fixtureBytes('model.pth');
    const padded = bytesOf('x', bytes, 'y').subarray(1, -1);
    const file = new File([bytes], 'model.pth');
    for (const source of [padded, bytes.buffer, file, pathToFileURL(fixturePath('model.pth'))]) {
      expectGolden((await readCheckpoint(source)).stateDict, 'model.pth');
    }
    expectGolden((await readCheckpoint(pathToFileURL(fixturePath('model.pth')).href)).stateDict, 'model.pth');
  });

  it('lists complex, quantized and sparse tensors, and refuses to read them', async () => {
    const checkpoint = await openCheckpoint(fixturePath('special.pth'));
    expect(checkpoint.entries.map(({ name, dtype, shape, bytes }) => [name, dtype, shape, bytes])).to.deep.equal([
      ['fine', 'float32', [1], 4],
      ['complex', 'complex64', [2, 3], 48],
      ['quantized', 'qint8', [4], 4],
      ['sparse', 'sparse float32', [3, 3], 36],
    ]);
    expect((await checkpoint.read('fine')).data).to.deep.equal(new Float32Array([1]));
    for (const [name, what] of [
      ['complex', 'complex64'],
      ['quantized', 'quantized qint8'],
      ['sparse', 'sparse float32'],
    ]) {
      const error = await rejection(checkpoint.read(name!));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.include(`tensor ${name} of a dtype that can be read`).and.include(`got ${what}.`);
    }
    await checkpoint.close();
    expect((await rejection(readCheckpoint(fixturePath('special.pth')))).message).to.include('got complex64');
  });

  it('refuses an unknown name, and reading after close', async () => {
    const checkpoint = await openCheckpoint(fixturePath('model.pth'));
    expect((await rejection(checkpoint.read('nope'))).message).to.match(
      /expected the name of a tensor in the file, got nope/,
    );
    await checkpoint.close();
    const error = await rejection(checkpoint.read('conv.weight'));
    expect(error.message).to.match(/model.pth: expected an open checkpoint, got a closed one/);
  });

  for (const [dtype, itemSize] of [
    ...[
      ['uint16', 2],
      ['uint32', 4],
      ['uint64', 8],
      ['float8_e4m3fn', 1],
      ['float8_e5m2', 1],
      ['float8_e8m0fnu', 1],
    ],
    ...[
      ['float8_e4m3fnuz', 1],
      ['float8_e5m2fnuz', 1],
      ['float4_e2m1fn_x2', 1],
      ['complex128', 16],
    ],
  ] as [string, number][]) {
    it(`lists ${dtype} of PyTorch 2, and refuses to read it`, async () => {
      const text = (value: string) => bytesOf('X', uint32(value.length), value);
      const storage = bytesOf(
        '(',
        text('storage'),
        'ctorch.storage\nUntypedStorage\n',
        text('0'),
        text('cpu'),
        'K',
        2 * itemSize,
        'tQ',
      );
      const tensor = bytesOf(
        'ctorch._utils\n_rebuild_tensor_v3\n(',
        storage,
        `K\0K\x02\x85K\x01\x85\x89}ctorch\n${dtype}\ntR`,
      );
      const checkpoint = await openCheckpoint(
        torchZip(bytesOf(0x80, 2, '}', text('w'), tensor, 's.'), { 0: new Uint8Array(2 * itemSize) }),
      );
      expect(checkpoint.entries).to.deep.equal([{ name: 'w', dtype, shape: [2], bytes: 2 * itemSize }]);
      expect((await rejection(checkpoint.read('w'))).message).to.match(
        new RegExp(
          `expected tensor w of a dtype that can be read .*, got ${dtype}. Convert it in PyTorch and save again.$`,
        ),
      );
    });
  }

  it('refuses paths and sources that are none', async () => {
    expect((await rejection(readCheckpoint('nowhere.pth'))).message).to.match(
      /^nowhere.pth: expected a checkpoint file, got ENOENT/,
    );
    expect((await rejection(readCheckpoint(tmpdir()))).message).to.match(/got a folder or device/);
    const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-'));
    writeFileSync(join(folder, '.metadata'), '');
    for (const path of [folder, pathToFileURL(folder)]) {
      expect((await rejection(readCheckpoint(path))).message).to.match(
        /got the folder of a distributed checkpoint. In PyTorch, make one file of it with torch.distributed.checkpoint/,
      );
    }
    // Opening a pipe would wait for ever.
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect((await rejection(readCheckpoint(join(folder, 'pipe')))).message).to.match(/got a folder or device/);
    rmSync(folder, { recursive: true });
    for (const [source, what] of [
      [null, 'null'],
      [5, 'number'],
      [{}, 'object'],
    ]) {
      const error = await rejection(readCheckpoint(source as unknown as string));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(new RegExp(`path or URL, got ${what}`));
    }
  });

  it('reads 66,000 small tensors of one file', async () => {
    const stateDict = new Map(
      Array.from({ length: 66_000 }, (_, i) => [
        `layers.${i}.weight`,
        { dtype: 'float32' as const, shape: [4], data: Float32Array.of(i, 1, 2, 3) },
      ]),
    );
    const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-'));
    try {
      const path = join(folder, 'many.pth');
      await writeTorchCheckpoint(stateDict, path);
      const read = await readCheckpoint(path);
      expect(read.stateDict.size).to.equal(66_000);
      expect(read.stateDict.get('layers.65999.weight')!.data[0]).to.equal(65_999);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }).timeout(60_000);

  it('refuses a file that became shorter, and a Blob that cannot be read any more', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-'));
    try {
      const path = join(folder, 'short.pth');
      // Larger than what is read ahead.
      const whole = { dtype: 'uint8' as const, shape: [2 ** 17], data: new Uint8Array(2 ** 17) };
      await writeSafetensors(new Map([['whole', whole]]), path);
      const checkpoint = await openCheckpoint(path);
      truncateSync(path, 10);
      const error = await rejection(checkpoint.read('whole'));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(/expected \d+ more bytes at byte \d+, got the end of the file/);
      await checkpoint.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
    class GoneBlob extends Blob {
      override slice(): Blob {
        return { arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) } as unknown as Blob;
      }
    }
    const error = await rejection(readCheckpoint(new GoneBlob([fixtureBytes('model.pth')])));
    expect(error).to.be.instanceOf(CheckpointError);
    expect(error.message).to.match(/^Blob: expected 1024 bytes at byte 0, got NotReadableError/);
  });

  it('refuses an unknown byte order', async () => {
    const bytes = zipOf([
      { name: 'a/data.pkl', data: bytesOf('}.') },
      { name: 'a/byteorder', data: bytesOf('middle') },
    ]);
    expect((await rejection(readCheckpoint(bytes))).message).to.match(
      /expected byteorder 'little' or 'big', got middle/,
    );
  });

  it('reports progress, and stops at an abort with its reason', async () => {
    const seen: number[] = [];
    const total = fixtureBytes('views-zip.pth').length;
    await readCheckpoint(fixturePath('views-zip.pth'), {
      onProgress: (progress) => {
        expect(progress.total).to.equal(total);
        seen.push(progress.loaded);
      },
    });
    expect(seen).to.deep.equal([...seen].sort((x, y) => x - y));
    expect(seen.at(-1)).to.be.within(1, total);
    const reason = new Error('enough');
    for (const source of [fixturePath('model.pth'), fixtureBytes('model.pth')]) {
      expect(await rejection(readCheckpoint(source, { signal: AbortSignal.abort(reason) }))).to.equal(reason);
    }
    const controller = new AbortController();
    const onProgress = () => controller.abort(reason);
    expect(
      await rejection(readCheckpoint(fixturePath('model.pth'), { signal: controller.signal, onProgress })),
    ).to.equal(reason);
  });
});

/** A pickle of `{'w': _rebuild_tensor_v2(FloatStorage '0' of numel, offset, size, stride)}`. */
function tensorPickle(
  numel: number,
  offset: number,
  size: number[],
  stride: number[],
  type = 'FloatStorage',
): Uint8Array {
  const int = (value: number) => bytesOf('J', uint32(value));
  const tuple = (values: number[]) => bytesOf('(', ...values.map(int), 't');
  return bytesOf(
    0x80,
    2,
    '}X',
    uint32(1),
    'w',
    'ctorch._utils\n_rebuild_tensor_v2\n(',
    `(X`,
    uint32(7),
    `storagectorch\n${type}\nX`,
    uint32(1),
    '0X',
    uint32(3),
    'cpu',
    int(numel),
    'tQ',
    int(offset),
    tuple(size),
    tuple(stride),
    0x89,
    '}tRs.',
  );
}

describe('tensors that do not fit their storage are refused', () => {
  const data = new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer);

  it('but those that fit are read', async () => {
    const { stateDict } = await readCheckpoint(torchZip(tensorPickle(6, 1, [2, 2], [1, 3]), { 0: data }));
    expect(stateDict.get('w')!.data).to.deep.equal(new Float32Array([2, 5, 3, 6]));
  });

  const wrong: [string, Uint8Array, Record<string, Uint8Array>, RegExp][] = [
    [
      'a view beyond the end',
      tensorPickle(6, 1, [6], [1]),
      { 0: data },
      /tensor w to lie within the 6 elements of its storage 0, got offset 1, shape \[6\], strides \[1\]/,
    ],
    [
      'a stride beyond the end',
      tensorPickle(6, 0, [2, 2], [5, 2]),
      { 0: data },
      /got offset 0, shape \[2, 2\], strides \[5, 2\]/,
    ],
    ['an absurd stride', tensorPickle(6, 0, [2, 2], [2 ** 31 - 1, 1]), { 0: data }, /strides \[2147483647, 1\]/],
    [
      'an absurd shape',
      tensorPickle(6, 0, [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], [0, 0, 0]),
      { 0: data },
      /a shape that memory can hold, got \[2147483647, 2147483647, 2147483647\]/,
    ],
    [
      'an expand bomb',
      tensorPickle(6, 0, [2 ** 30], [0]),
      { 0: data },
      /tensor w of at most 67108864 bytes, got 4294967296 from a file of \d+/,
    ],
    [
      'a negative size',
      tensorPickle(6, 0, [-1], [1]),
      { 0: data },
      /size to be a whole number of at least 0, got number -1/,
    ],
    ['a missing storage', tensorPickle(6, 0, [6], [1]), {}, /storage 0 of 24 bytes \(6 × float32\), got none/],
    [
      'a short storage',
      tensorPickle(6, 0, [6], [1]),
      { 0: data.subarray(4) },
      /storage 0 of 24 bytes \(6 × float32\), got 20/,
    ],
    ['a long storage', tensorPickle(5, 0, [5], [1]), { 0: data }, /storage 0 of 20 bytes \(5 × float32\), got 24/],
  ];
  for (const [what, pickle, storages, message] of wrong) {
    it(what, async () => {
      const error = await rejection(readCheckpoint(torchZip(pickle, storages)));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(message);
    });
  }

  it('many names for one large expansion', async () => {
    const tensor = tensorPickle(6, 0, [2 ** 23], [0]);
    const names = Array.from({ length: 9 }, (_, index) => bytesOf('X', uint32(1), `${index}`, 'h\x07s'));
    const pickle = bytesOf(tensor.subarray(0, -2), 'q\x07s', ...names, '.');
    const error = await rejection(readCheckpoint(torchZip(pickle, { 0: data })));
    expect(error.message).to.match(/tensors of at most 67108864 bytes together, got 335544320 from a file of \d+/);
  });
});

/** A legacy stream: the first three pickles of a real file, then the given object, keys and storages. */
function legacyStream(object: Uint8Array, keys: string[], storages: Uint8Array): Uint8Array<ArrayBuffer> {
  const real = fixtureBytes('dtypes-legacy-p2.pth');
  const objectStart = real.indexOf(0x80, Buffer.from(real).indexOf('type_sizes'));
  const keyList = bytesOf(0x80, 2, '](', ...keys.map((key) => bytesOf('X', uint32(key.length), key)), 'e.');
  return bytesOf(real.subarray(0, objectStart), object, keyList, storages);
}

describe('the legacy stream', () => {
  const pickle = tensorPickle(2, 0, [2], [1]);
  const storage = bytesOf(uint64(2), new Uint8Array(new Float32Array([1, 2]).buffer));

  it('holds each storage behind its number of elements', async () => {
    const { format, stateDict } = await readCheckpoint(legacyStream(pickle, ['0'], storage));
    expect(format).to.equal('pytorch-legacy');
    expect(stateDict.get('w')!.data).to.deep.equal(new Float32Array([1, 2]));
  });

  const wrong: [string, Uint8Array, RegExp][] = [
    [
      'a short storage',
      legacyStream(pickle, ['0'], storage.subarray(0, -1)),
      /storage 0 to end at byte (\d+), got a file of \d+ bytes/,
    ],
    [
      'another count',
      legacyStream(pickle, ['0'], bytesOf(uint64(3), storage.subarray(8))),
      /storage 0 of 2 elements at byte \d+, got 3/,
    ],
    [
      'a negative count',
      legacyStream(pickle, ['0'], bytesOf(uint64(2n ** 64n - 1n), storage.subarray(8))),
      /got 18446744073709551615/,
    ],
    ['no count', legacyStream(pickle, ['0'], bytesOf()), /expected 8 bytes at byte \d+, got a file of \d+ bytes/],
    [
      'a storage that is not listed',
      legacyStream(pickle, [], bytesOf()),
      /storage 0 of 8 bytes \(2 × float32\), got none/,
    ],
    [
      'a storage listed twice',
      legacyStream(pickle, ['0', '0'], storage),
      /each storage of the pickle once, got the string 0/,
    ],
    [
      'a storage of no tensor',
      legacyStream(pickle, ['1'], storage),
      /each storage of the pickle once, got the string 1/,
    ],
    [
      'another version',
      bytesOf(fixtureBytes('dtypes-legacy-p2.pth').subarray(0, 15), 0x80, 2, 'K\x01.'),
      /version 1001 of the legacy format, got number 1/,
    ],
  ];
  for (const [what, bytes, message] of wrong) {
    it(`is refused with ${what}`, async () => {
      const error = await rejection(readCheckpoint(bytes));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(message);
    });
  }

  it('is refused when the list of storages is none', async () => {
    const bytes = legacyStream(bytesOf(0x80, 2, '}.', 0x80, 2, 'N.'), [], bytesOf());
    expect((await rejection(readCheckpoint(bytes))).message).to.match(/the list of storages, got None/);
  });

  it('is read whole when its pickles are larger than the first piece', async () => {
    const text = 'x'.repeat(3 * 2 ** 20);
    const object = bytesOf(0x80, 2, 'X', uint32(text.length), text, '0', pickle.subarray(2));
    const { stateDict } = await readCheckpoint(legacyStream(object, ['0'], storage));
    expect(stateDict.get('w')!.data).to.deep.equal(new Float32Array([1, 2]));
  });
});
