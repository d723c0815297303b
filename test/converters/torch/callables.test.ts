import { expect } from 'chai';
import { PickleGlobal, PickleObject } from '../../../converters/pickle/objects.js';
import { callables } from '../../../converters/torch/callables.js';
import { persistentLoad } from '../../../converters/torch/persistent-id.js';
import type { StorageRef, TensorRef } from '../../../converters/torch/tensor-ref.js';
import { CheckpointError } from '../../../src/core/index.js';

const fail = (message: string) => new CheckpointError(message);

function call(path: string, ...args: unknown[]): unknown {
  return callables.get(path)!(args, fail, () => {});
}

function storage(type = 'torch.FloatStorage', numel: unknown = 12, view?: unknown): StorageRef {
  return persistentLoad(['storage', new PickleGlobal(type), '0', 'cpu', numel, view], fail) as StorageRef;
}

describe('callables, the closed list', () => {
  it('lists a tensor on the device meta, which has no data', () => {
    const dtype = new PickleGlobal('torch.float16');
    const tensor = call('torch._utils._rebuild_meta_tensor_no_storage', dtype, [2, 3], [3, 1], false) as TensorRef;
    expect([tensor.dtype, tensor.shape]).to.deep.equal(['float16', [2, 3]]);
    expect(() => tensor.readableType('w')).to.throw(CheckpointError, /tensor w of a dtype .*, got meta float16/);
    expect(() => call('torch._utils._rebuild_meta_tensor_no_storage', 'float16', [2])).to.throw(
      CheckpointError,
      'expected a dtype of torch, got the string float16',
    );
  });

  it('builds tensors of storage, offset, size and stride', () => {
    const tensor = call('torch._utils._rebuild_tensor_v2', storage(), 2, [2, 3], [3, 1], false, new Map()) as TensorRef;
    expect([tensor.dtype, tensor.offset, tensor.shape, tensor.strides]).to.deep.equal(['float32', 2, [2, 3], [3, 1]]);
    expect(call('torch._utils._rebuild_tensor', storage(), 2, [2, 3], [3, 1])).to.deep.equal(tensor);
    expect(call('torch._utils._rebuild_parameter', tensor, true, new Map())).to.equal(tensor);
    expect(call('torch._utils._rebuild_parameter_with_state', tensor, true, new Map(), {})).to.equal(tensor);
    expect(call('torch.nn.parameter.Parameter', tensor)).to.equal(tensor);
    expect(call('copyreg.__newobj__', new PickleGlobal('torch.nn.parameter.Parameter'), tensor)).to.equal(tensor);
  });

  it('keeps negated and conjugated views apart, so that no sign is lost', () => {
    const args = [storage(), 0, [2], [1], false, new Map()];
    const neg = call('torch._utils._rebuild_tensor_v2', ...args, new Map([['neg', true]])) as TensorRef;
    expect(() => neg.readableType('w'))
      .to.throw(CheckpointError, 'tensor w of a dtype that can be read')
      .with.property('message')
      .that.includes('got negated float32');
    const dtype = new PickleGlobal('torch.complex64');
    const conj = call('torch._utils._rebuild_tensor_v3', ...args, dtype, new Map([['conj', true]])) as TensorRef;
    expect(conj.layout).to.equal('conjugated');
    const plain = call('torch._utils._rebuild_tensor_v2', ...args, new Map([['neg', false]])) as TensorRef;
    expect(plain.readableType('w')).to.equal('float32');
  });

  it("adds a legacy storage view's offset", () => {
    const tensor = call(
      'torch._utils._rebuild_tensor',
      storage('torch.cuda.LongStorage', 12, ['v', 4, 8]),
      2,
      [2],
      [1],
    ) as TensorRef;
    expect([tensor.dtype, tensor.offset, tensor.storage.viewNumel]).to.deep.equal(['int64', 6, 8]);
  });

  it('takes the dtype of _rebuild_tensor_v3 from its argument', () => {
    const args = [storage('torch.storage.UntypedStorage', 8), 0, [4], [1], false, new Map()];
    const tensor = call('torch._utils._rebuild_tensor_v3', ...args, new PickleGlobal('torch.float16')) as TensorRef;
    expect([tensor.dtype, tensor.span]).to.deep.equal(['float16', 4]);
    expect(() => call('torch._utils._rebuild_tensor_v3', ...args, 'x')).to.throw('a dtype of torch, got the string x');
    expect(() => call('torch._utils._rebuild_tensor_v3', ...args, new PickleGlobal('os.x'))).to.throw('got os.x');
  });

  it('unwraps a tensor subclass, of a known function only', () => {
    const v2 = new PickleGlobal('torch._utils._rebuild_tensor_v2');
    const type = new PickleGlobal('torchvision.tv_tensors.Image');
    const tensor = call(
      'torch._tensor._rebuild_from_type_v2',
      v2,
      type,
      [storage(), 0, [2], [1]],
      new Map(),
    ) as TensorRef;
    expect(tensor.shape).to.deep.equal([2]);
    expect(() =>
      call('torch._tensor._rebuild_from_type_v2', new PickleGlobal('os.system'), type, ['ls'], null),
    ).to.throw('got the global os.system');
  });

  it('builds dicts, sets and bytes', () => {
    const pairs = [
      ['a', 1],
      ['b', 2],
    ];
    expect(call('collections.OrderedDict')).to.deep.equal(new Map());
    expect(call('collections.OrderedDict', pairs)).to.deep.equal(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
    expect(call('collections.defaultdict', null, new Map([['a', 1]]))).to.deep.equal(new Map([['a', 1]]));
    expect(call('collections.Counter', new Map([['a', 1]]))).to.deep.equal(new Map([['a', 1]]));
    expect(call('builtins.set', [1, 1])).to.deep.equal(new Set([1]));
    expect(call('__builtin__.frozenset')).to.deep.equal(new Set());
    expect(call('_codecs.encode', '\xff\0', 'latin1')).to.deep.equal(new Uint8Array([255, 0]));
    expect(call('_codecs.encode', 'é')).to.deep.equal(new Uint8Array([0xc3, 0xa9]));
    expect(call('builtins.bytearray', new Uint8Array([1]))).to.deep.equal(new Uint8Array([1]));
    expect(call('builtins.bytearray', 'a', 'latin-1')).to.deep.equal(new Uint8Array([97]));
    expect(call('__builtin__.bytes')).to.deep.equal(new Uint8Array());
    expect(call('torch.Size', [2, 3])).to.deep.equal([2, 3]);
  });

  it('keeps the rest inert', () => {
    expect(call('pathlib.PosixPath', '/', 'a')).to.deep.equal(new PickleObject('pathlib.PosixPath', ['/', 'a']));
    expect(call('copyreg._reconstructor', new PickleGlobal('a.B'), 'base', null)).to.deep.equal(
      new PickleObject('a.B', ['base', null]),
    );
    expect(call('copyreg.__newobj__', new PickleGlobal('a.B'), 1)).to.deep.equal(new PickleObject('a.B', [1]));
    expect(call('copy_reg._reconstructor', new PickleGlobal('collections.OrderedDict'), 0, null)).to.deep.equal(
      new Map(),
    );
  });

  const wrong: [string, unknown[], string][] = [
    ['torch._utils._rebuild_tensor_v2', ['x', 0, [1], [1]], 'a storage to build a tensor from, got the string x'],
    [
      'torch._utils._rebuild_tensor_v2',
      [storage(), -1, [1], [1]],
      'storage offset to be a whole number of at least 0, got number -1',
    ],
    [
      'torch._utils._rebuild_tensor_v2',
      [storage(), 0, [-1], [1]],
      'size to be a whole number of at least 0, got number -1',
    ],
    [
      'torch._utils._rebuild_tensor_v2',
      [storage(), 0, [2 ** 60], [1]],
      'size to be a whole number of at least 0, got number 1152921504606847000',
    ],
    [
      'torch._utils._rebuild_tensor_v2',
      [storage(), 0, [1], [1.5]],
      'stride to be a whole number of at least 0, got number 1.5',
    ],
    [
      'torch._utils._rebuild_tensor_v2',
      [storage(), 0, [1, 1], [1]],
      'a stride for each of 2 dimensions, got 1 strides',
    ],
    [
      'torch._utils._rebuild_tensor_v2',
      [storage(), 0, new Array(65).fill(1), []],
      'at most 64 numbers, got a list or tuple of 65',
    ],
    ['torch._utils._rebuild_parameter', [7], 'a tensor in a Parameter, got number 7'],
    ['torch._utils._rebuild_sparse_tensor', [null, []], 'the parts of a sparse tensor, got a list or tuple of 0'],
    ['collections.OrderedDict', [5], 'the items of a dict, got number 5'],
    ['collections.OrderedDict', [[[1]]], 'a key and a value, got a list or tuple of 1'],
    ['builtins.set', [5], 'the items of a set, got number 5'],
    ['builtins.bytearray', [2 ** 40], 'text to encode, got number 1099511627776'],
    ['_codecs.encode', ['a', 'utf-16'], 'text in latin1, got the string utf-16'],
    ['_codecs.encode', ['€', 'latin1'], 'text in latin1'],
    ['copyreg._reconstructor', [5], 'expected a class, got number 5'],
    ['copyreg.__newobj__', [5], 'expected a class, got number 5'],
  ];
  for (const [path, args, message] of wrong) {
    it(`${path} refuses: ${message.slice(0, 60)}`, () => {
      expect(() => call(path, ...args)).to.throw(CheckpointError, message);
    });
  }
});

describe('persistentLoad', () => {
  it('reads the class of a module id and ignores its source', () => {
    const type = new PickleGlobal('net.Net');
    expect(persistentLoad(['module', type, 'net.py', 'import os'], fail)).to.equal(type);
  });

  const float = new PickleGlobal('torch.FloatStorage');
  const wrong: [unknown, string][] = [
    ['x', 'a persistent id of PyTorch (a tuple), got the string x'],
    [['other'], 'the persistent id of a storage, got the string other'],
    [['storage', 'FloatStorage', '0', 'cpu', 1], 'a storage class of torch, got the string FloatStorage'],
    [['storage', new PickleGlobal('os.system'), '0', 'cpu', 1], 'a storage class of torch, got the global os.system'],
    [['storage', float, null, 'cpu', 1], 'a storage key, got None'],
    [['storage', float, '0', 'cpu', -1], 'the number of elements of storage 0, got number -1'],
    [['storage', float, '0', 'cpu', 2 ** 53 - 1], 'the number of elements of storage 0, got number 9007199254740991'],
    [['storage', float, '0', 'cpu', 4, ['v', 3, 2]], 'a view within the 4 elements of storage 0'],
    [['storage', float, '0', 'cpu', 4, 'v'], 'a view within the 4 elements of storage 0, got the string v'],
  ];
  for (const [id, message] of wrong) {
    it(`refuses: ${message.slice(0, 60)}`, () => {
      expect(() => persistentLoad(id, fail)).to.throw(CheckpointError, message);
    });
  }
});
