import { expect } from 'chai';
import { openCheckpoint, type PickleObject, readCheckpoint, type TensorRef } from 'tfjs-zoo/converters';
import { ByteReader } from '../../converters/sources/byte-reader.js';
import { fromBytes } from '../../converters/sources/memory.js';
import { readTar } from '../../converters/tar.js';
import { CheckpointError } from '../../src/core/index.js';
import { bytesOf, fixtureBytes, fixturePath, rejection, tarOf, uint32, uint64 } from './support.js';

const hello = bytesOf('hello');

function list(bytes: Uint8Array) {
  return readTar(new ByteReader(fromBytes(bytes)), ['pickle', 'tensors']);
}

const extended = (record: string) => {
  const length = record.length + 3;
  return bytesOf(`${length < 10 ? length : length + 1} ${record}
`);
};

describe('readTar', () => {
  it('finds files by name, whatever stands before them', async () => {
    const members = await list(
      tarOf([
        { name: 'x', data: extended('mtime=1480000000.5'), type: 'x' },
        { name: './pickle', data: hello },
        { name: 'folder/', data: bytesOf(), type: '5' },
        { name: '././@LongLink', data: bytesOf('tensors\0'), type: 'L' },
        { name: 'cut off', data: hello },
      ]),
    );
    expect([...members]).to.deep.equal([
      ['pickle', { name: 'pickle', start: 1536, size: 5 }],
      ['tensors', { name: 'tensors', start: 4096, size: 5 }],
    ]);
  });

  it('takes path and size from an extended header, and sizes in base 256', async () => {
    const data = bytesOf('path', '=pickle');
    const members = await list(
      tarOf([
        { name: 'x', data: bytesOf(extended('path=pickle'), extended('size=5')), type: 'x' },
        { name: 'other', data: hello, size: '00000000000\0' },
        { name: 'tensors', data, size: bytesOf(0x80, new Uint8Array(10), data.length) },
      ]),
    );
    expect(members.get('pickle')!.size).to.equal(5);
    expect(members.get('tensors')!.size).to.equal(11);
  });

  it('does not take a file in a folder for one of its own, and needs no end', async () => {
    const bytes = tarOf([{ name: 'pickle', data: hello, prefix: 'folder' }], false);
    expect((await list(bytes)).size).to.equal(0);
  });

  const wrong: [string, Uint8Array, RegExp][] = [
    [
      'a wrong checksum',
      tarOf([{ name: 'pickle', data: hello, checksum: '0000001\0' }]),
      /byte 0: expected a header of checksum 1, got \d+/,
    ],
    [
      'digits that are not octal',
      tarOf([{ name: 'pickle', data: hello, size: '0000000000z\0' }]),
      /a size in octal digits, got "0000000000z/,
    ],
    [
      'a size beyond 2⁵³',
      tarOf([{ name: 'pickle', data: hello, size: new Uint8Array(12).fill(0xff) }]),
      /a size in octal digits, got/,
    ],
    [
      'a size beyond the file',
      tarOf([{ name: 'pickle', data: hello, size: '77777777777\0' }]),
      /a member within the file of 2048 bytes, got one of 8589934591 bytes/,
    ],
    [
      'a name twice',
      tarOf([
        { name: 'pickle', data: hello },
        { name: './pickle', data: hello },
      ]),
      /byte 1024: expected each file once, got pickle twice/,
    ],
    ['a link', tarOf([{ name: 'pickle', data: bytesOf(), type: '2' }]), /expected pickle to be a file, got type 2/],
    [
      'an extended header without end',
      tarOf([{ name: 'x', data: bytesOf('99 path=pickle\n'), type: 'x' }]),
      /an extended header of records with their lengths, got other bytes/,
    ],
    [
      'a size that is no number',
      tarOf([{ name: 'x', data: extended('size=-5'), type: 'x' }]),
      /a size in digits, got -5/,
    ],
    [
      'members without end',
      tarOf(Array.from({ length: 1001 }, () => ({ name: 'a', data: bytesOf() }))),
      /at most 1000 members, got more/,
    ],
    ['half a header', tarOf([{ name: 'pickle', data: hello }]).subarray(0, 1100), /expected 512 bytes at byte 1024/],
  ];
  for (const [what, bytes, message] of wrong) {
    it(`refuses ${what}`, async () => {
      const error = await rejection(list(bytes));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(message);
    });
  }
});

const int = (value: number) => bytesOf('J', uint32(value));
/** A pickle of `(key, location, class)`. */
const storagePickle = (key: number, type = 'FloatStorage') => bytesOf('(', int(key), 'U', 3, `cpuctorch\n${type}\nt.`);
const zeros = new Uint8Array(16);

interface Parts {
  readonly storages?: Uint8Array;
  readonly tensors?: Uint8Array;
  readonly pickle?: Uint8Array;
}

/** One storage, 7, of four floats; one tensor, 8, of all of it; a dict that names it. */
function archive(parts: Parts = {}): Uint8Array {
  const {
    storages = bytesOf(int(1), '.', storagePickle(7), uint64(4), zeros, '].'),
    tensors = tensorOf([4], [1], 0),
    pickle = bytesOf('}U', 1, 'wU', 1, '8Qs.'),
  } = parts;
  return tarOf([
    { name: 'pickle', data: pickle },
    { name: 'tensors', data: tensors },
    { name: 'storages', data: storages },
  ]);
}

function tensorOf(shape: number[], strides: number[], offset: number, storage = 7, rank = shape.length): Uint8Array {
  const int64 = (value: number) => uint64(BigInt.asUintN(64, BigInt(value)));
  return bytesOf(
    ...[int(1), '.(', int(8), int(storage), 'ctorch\nFloatTensor\nt.', uint32(rank), uint32(0)],
    ...[...shape, ...strides, offset].map(int64),
  );
}

describe('the tar files of PyTorch 0.1.1', () => {
  it('are told by their format, with what is beside the state dict', async () => {
    const { format, extra } = await readCheckpoint(fixturePath('tar-training.pth'));
    expect(format).to.equal('pytorch-tar');
    const { epoch, args, optimizer } = extra as {
      epoch: number;
      args: PickleObject;
      optimizer: { state: Map<number, { exp_avg: TensorRef }> };
    };
    expect([epoch, args.className, args.state]).to.deep.equal([3, 'argparse.Namespace', { lr: 0.1 }]);
    expect(optimizer.state.get(0)!.exp_avg.shape).to.deep.equal([2]);
  });

  it('are read tensor by tensor', async () => {
    const checkpoint = await openCheckpoint(fixtureBytes('tar-views.pth'));
    expect(checkpoint.entries.map(({ name, shape }) => [name, shape])).to.deep.include(['transposed', [6, 4]]);
    expect([...(await checkpoint.read('row')).data]).to.deep.equal([8, 9, 10, 11]);
    await checkpoint.close();
  });

  it('need each storage and tensor to be where they say', async () => {
    expect([...(await readCheckpoint(archive())).stateDict.get('w')!.data]).to.deep.equal([0, 0, 0, 0]);
  });

  const views = (view: (string | Uint8Array | number)[]) =>
    bytesOf(int(1), '.', storagePickle(7), uint64(4), zeros, '](', ...view, 'ta.');
  const wrong: [string, Parts, RegExp][] = [
    ['a count that is none', { storages: bytesOf('N.') }, /the number of storages at byte \d+, got None/],
    ['a negative count', { tensors: bytesOf(int(-1), '.') }, /the number of tensors at byte \d+, got number -1/],
    [
      'more storages than there are',
      { storages: bytesOf(int(2 ** 31 - 1), '.', storagePickle(7), uint64(4), zeros) },
      /Pickle: expected 1 more bytes/,
    ],
    [
      'a storage twice',
      { storages: bytesOf(int(2), '.', storagePickle(7), uint64(0), storagePickle(7), uint64(0), '].') },
      /a new key and a storage class of torch at byte \d+, got number 7 and the global torch.FloatStorage/,
    ],
    [
      'a storage of an unknown class',
      { storages: bytesOf(int(1), '.', storagePickle(7, 'NoStorage'), uint64(4), zeros, '].') },
      /a storage class of torch at byte \d+, got number 7 and the global torch.NoStorage/,
    ],
    [
      'a storage beyond the member',
      { storages: bytesOf(int(1), '.', storagePickle(7), uint64(2 ** 40), zeros, '].') },
      /expected 4398046511104 bytes at byte \d+, got 18/,
    ],
    [
      'a negative storage',
      { storages: bytesOf(int(1), '.', storagePickle(7), uint64(2n ** 64n - 1n), zeros, '].') },
      /a number of elements of at least 0 at byte \d+, got -1/,
    ],
    [
      'views that are no list',
      { storages: bytesOf(int(1), '.', storagePickle(7), uint64(4), zeros, 'N.') },
      /a list of views at byte \d+, got None/,
    ],
    [
      'a view beyond its storage',
      { storages: views([int(9), int(7), int(1), int(4)]) },
      /views within storages at byte \d+, got a list or tuple of 4/,
    ],
    ['a view of nothing', { storages: views([int(9), int(5), int(0), int(1)]) }, /views within storages/],
    [
      'a tensor of no storage',
      { tensors: tensorOf([4], [1], 0, 6) },
      /one of a storage at byte \d+, got number 8 and number 6/,
    ],
    ['a rank beyond 64', { tensors: tensorOf([], [], 0, 7, 65) }, /at most 64 dimensions at byte \d+, got 65/],
    ['a negative rank', { tensors: tensorOf([], [], 0, 7, 2 ** 32 - 1) }, /at most 64 dimensions at byte \d+, got -1/],
    ['a negative size', { tensors: tensorOf([-4], [1], 0) }, /a size of at least 0 at byte \d+, got -4/],
    ['a negative stride', { tensors: tensorOf([4], [-1], 0) }, /a stride of at least 0 at byte \d+, got -1/],
    [
      'a tensor beyond its storage',
      { tensors: tensorOf([4], [1], 1) },
      /tensor w to lie within the 4 elements of its storage 7/,
    ],
    ['a truncated tensor', { tensors: tensorOf([4], [1], 1).subarray(0, -8) }, /expected 8 bytes at byte \d+, got 0/],
    [
      'an id of nothing',
      { pickle: bytesOf('}U', 1, 'wU', 1, '9Qs.') },
      /the key of a tensor or storage, got the string 9/,
    ],
    [
      'a persistent id among the storages',
      { storages: bytesOf(int(1), 'Q.') },
      /expected no persistent id here, got number 1/,
    ],
  ];
  for (const [what, parts, message] of wrong) {
    it(`refuse ${what}`, async () => {
      const error = await rejection(readCheckpoint(archive(parts)));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(message);
    });
  }
});
