import { costOfKeys } from '../pickle/cost.js';
import type { Callable, Charge, Fail } from '../pickle/machine.js';
import { describe, PickleGlobal, PickleObject, quote } from '../pickle/objects.js';
import { elementTypes } from './dtypes.js';
import { isCount, isStorageRef, maxRank, type StorageRef, TensorRef } from './tensor-ref.js';

function storageOf(value: unknown, fail: Fail): StorageRef {
  if (isStorageRef(value)) return value;
  throw fail(`expected a storage to build a tensor from, got ${describe(value)}`);
}

function countOf(value: unknown, what: string, fail: Fail): number {
  if (isCount(value)) return value;
  throw fail(`expected a tensor's ${what} to be a whole number of at least 0, got ${describe(value)}`);
}

function countsOf(value: unknown, what: string, fail: Fail): number[] {
  if (!Array.isArray(value) || value.length > maxRank) {
    throw fail(`expected a tensor's ${what} to be a tuple of at most ${maxRank} numbers, got ${describe(value)}`);
  }
  return value.map((item) => countOf(item, what, fail));
}

/** `storage, offset, size, stride` are the first arguments of all of PyTorch's functions for strided tensors. */
function strided(args: readonly unknown[], fail: Fail, dtype?: string, layout?: string): TensorRef {
  const storage = storageOf(args[0], fail);
  const elementType = dtype === undefined ? storage.elementType : elementTypes.get(dtype);
  if (!elementType) throw fail(`expected a dtype of torch, got ${quote(dtype ?? '')}`);
  const shape = countsOf(args[2], 'size', fail);
  const strides = countsOf(args[3], 'stride', fail);
  if (shape.length !== strides.length) {
    throw fail(`expected a stride for each of ${shape.length} dimensions, got ${strides.length} strides`);
  }
  const offset = countOf(args[1], 'storage offset', fail) + storage.viewOffset;
  return new TensorRef(storage, elementType, { offset, shape, strides, ...(layout === undefined ? {} : { layout }) });
}

/** A view of complex conjugates or negatives says so here instead of in its data; ignoring that would flip signs. */
function lazyLayout(metadata: unknown): string | undefined {
  if (!(metadata instanceof Map)) return undefined;
  return metadata.get('neg') === true ? 'negated' : metadata.get('conj') === true ? 'conjugated' : undefined;
}

/** `(storage, offset, size, stride, requires_grad, hooks, metadata)`; the first version ends after stride. */
const rebuildTensor: Callable = (args, fail) => strided(args, fail, undefined, lazyLayout(args[6]));

/** `(storage, offset, size, stride, requires_grad, hooks, dtype, metadata)`: for dtypes that have no storage class. */
const rebuildTensorV3: Callable = (args, fail) => {
  const dtype = args[6];
  if (!(dtype instanceof PickleGlobal)) throw fail(`expected a dtype of torch, got ${describe(dtype)}`);
  return strided(args, fail, dtype.path.replace(/^torch\./, ''), lazyLayout(args[7]));
};

const rebuildQuantized: Callable = (args, fail) => strided(args, fail, undefined, 'quantized');

/** `(layout, (indices, values, size))`, or with two index tensors for the compressed layouts. */
const rebuildSparse: Callable = ([, data], fail) => {
  const parts: unknown[] = Array.isArray(data) ? data.slice(0, 5).reverse() : [];
  const size = parts.find((part) => Array.isArray(part));
  const values = parts.find((part) => part instanceof TensorRef);
  if (!(values instanceof TensorRef)) throw fail(`expected the parts of a sparse tensor, got ${describe(data)}`);
  const shape = countsOf(size, 'size', fail);
  return new TensorRef(values.storage, values.elementType, {
    offset: 0,
    shape,
    strides: shape.map(() => 0),
    layout: 'sparse',
  });
};

/** `(dtype, size, stride, requires_grad)`: a tensor on the device 'meta', which has no data. */
const rebuildMeta: Callable = ([dtype, size], fail) => {
  const elementType = dtype instanceof PickleGlobal ? elementTypes.get(dtype.path.replace(/^torch\./, '')) : undefined;
  if (!elementType) throw fail(`expected a dtype of torch, got ${describe(dtype)}`);
  const shape = countsOf(size, 'size', fail);
  const storage = { key: 'meta', elementType, numel: 0, viewOffset: 0, viewNumel: 0 };
  return new TensorRef(storage, elementType, { offset: 0, shape, strides: shape.map(() => 0), layout: 'meta' });
};

/** A Parameter is its tensor: whether it trains is the model's business. */
const rebuildParameter: Callable = ([data], fail) => {
  if (data instanceof TensorRef) return data;
  throw fail(`expected a tensor in a Parameter, got ${describe(data)}`);
};

/** `(function, type, args, state)` of a tensor subclass; one that nests another is not unwrapped further. */
const rebuildFromType: Callable = ([target, , args], fail, charge) => {
  const path = target instanceof PickleGlobal ? target.path : '';
  const rebuild = rebuilders.get(path);
  if (rebuild && Array.isArray(args)) return rebuild(args, fail, charge);
  throw fail(`expected a tensor subclass built by torch._utils._rebuild_tensor_v2, got ${describe(target)}`);
};

const rebuilders: ReadonlyMap<string, Callable> = new Map([
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_tensor_v3', rebuildTensorV3],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
  // How PyTorch before 0.4 pickled a Parameter: the class called with its tensor.
  ['torch.nn.parameter.Parameter', rebuildParameter],
  ['torch._utils._rebuild_meta_tensor_no_storage', rebuildMeta],
  ['torch._utils._rebuild_qtensor', rebuildQuantized],
  ['torch._utils._rebuild_sparse_tensor', rebuildSparse],
  ['torch._utils._rebuild_sparse_csr_tensor', rebuildSparse],
]);

/** A name that may be called, and whose result is kept as inert data: devices, layouts, paths, numpy's values. */
function inert(path: string): [string, Callable] {
  return [path, (args) => new PickleObject(path, args)];
}

function dictOf(source: unknown, fail: Fail, charge: Charge): Map<unknown, unknown> {
  if (source === undefined) return new Map();
  if (source instanceof Map) {
    charge(costOfKeys(source.keys(), source.size));
    return new Map(source);
  }
  if (!Array.isArray(source)) throw fail(`expected the items of a dict, got ${describe(source)}`);
  for (const pair of source) {
    if (!Array.isArray(pair) || pair.length !== 2) throw fail(`expected a key and a value, got ${describe(pair)}`);
  }
  const pairs: [unknown, unknown][] = source;
  charge(
    costOfKeys(
      pairs.map(([key]) => key),
      pairs.length,
    ),
  );
  return new Map(pairs);
}

const set: Callable = ([items = []], fail, charge) => {
  if (!Array.isArray(items)) throw fail(`expected the items of a set, got ${describe(items)}`);
  charge(costOfKeys(items, items.length));
  return new Set<unknown>(items);
};

/** `codecs.encode(text, 'latin1')`: how protocol 2, which has no bytes, writes them. */
const encode: Callable = ([text, encoding = 'utf-8'], fail) => {
  if (typeof text !== 'string') throw fail(`expected text to encode, got ${describe(text)}`);
  if (encoding === 'utf-8' || encoding === 'utf8') return new TextEncoder().encode(text);
  const isLatin1 = encoding === 'latin1' || encoding === 'latin-1';
  if (!isLatin1 || /[^\0-\xff]/.test(text)) throw fail(`expected text in latin1, got ${describe(encoding)}`);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
};

/** `bytes()` and `bytearray(…)` of what a pickle holds; never of a number, which would ask for that much memory. */
const bytes: Callable = (args, fail, charge) => {
  if (args.length === 0) return new Uint8Array(0);
  const [source] = args;
  return source instanceof Uint8Array ? source.slice() : encode(args, fail, charge);
};

/** `copyreg._reconstructor(class, object, None)`: an instance in protocols 0 and 1. */
const reconstructor: Callable = ([type, base, state], fail, charge) => {
  if (!(type instanceof PickleGlobal)) throw fail(`expected a class, got ${describe(type)}`);
  if (type.path === 'collections.OrderedDict') return dictOf(state ?? undefined, fail, charge);
  return new PickleObject(type.path, [base, state]);
};

const newObject: Callable = ([type, ...args], fail, charge) => {
  if (!(type instanceof PickleGlobal)) throw fail(`expected a class, got ${describe(type)}`);
  const rebuild = rebuilders.get(type.path);
  if (rebuild) return rebuild(args, fail, charge);
  return new PickleObject(type.path, args);
};

const paths = ['Path', 'PurePath', 'PosixPath', 'PurePosixPath', 'WindowsPath', 'PureWindowsPath'];

/**
 * Everything that a checkpoint may call: PyTorch's rebuild functions, containers, bytes, and a few values kept inert.
 * All else is refused by name; that is what makes it safe to open a file from a stranger.
 */
export const callables: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ...rebuilders,
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  ['torch.Size', ([items = []], fail) => countsOf(items, 'size', fail)],
  inert('torch.device'),
  inert('torch.serialization._get_layout'),
  ['collections.OrderedDict', ([items], ...tools) => dictOf(items, ...tools)],
  ['collections.defaultdict', ([, items], ...tools) => dictOf(items, ...tools)],
  ['collections.Counter', ([items], ...tools) => dictOf(items, ...tools)],
  ...['builtins', '__builtin__'].flatMap((module): [string, Callable][] => [
    [`${module}.set`, set],
    [`${module}.frozenset`, set],
    [`${module}.bytes`, bytes],
    [`${module}.bytearray`, bytes],
    inert(`${module}.complex`),
  ]),
  ['_codecs.encode', encode],
  ...['copyreg', 'copy_reg'].flatMap((module): [string, Callable][] => [
    [`${module}._reconstructor`, reconstructor],
    [`${module}.__newobj__`, newObject],
  ]),
  inert('numpy.dtype'),
  inert('numpy.core.multiarray.scalar'),
  inert('numpy.core.multiarray._reconstruct'),
  inert('numpy.core.numeric._frombuffer'),
  inert('numpy._core.multiarray.scalar'),
  inert('numpy._core.multiarray._reconstruct'),
  inert('numpy._core.numeric._frombuffer'),
  ...paths.flatMap((name) => [inert(`pathlib.${name}`), inert(`pathlib._local.${name}`)]),
]);
