import { type DType, sizeOf } from '../../src/core/index.js';
import { PickleCounter, PickleFloat, PickleWriter } from './pickle-writer.js';
import { describeForeign, isPlainObject, isWellFormed, Problems, pathTo } from './problems.js';
import { isTensorLike, tensorProblem, type WritableTensor } from './tensor-problem.js';

const storageClasses: Readonly<Record<DType, string>> = {
  float32: 'FloatStorage',
  float16: 'HalfStorage',
  bfloat16: 'BFloat16Storage',
  float64: 'DoubleStorage',
  int64: 'LongStorage',
  int32: 'IntStorage',
  int16: 'ShortStorage',
  int8: 'CharStorage',
  uint8: 'ByteStorage',
  bool: 'BoolStorage',
};

/** Deeper than any training state; Python itself cannot save what nests much deeper. */
const maxDepth = 200;

/** Python's pickler fills lists and dicts in batches of as many, which bounds a reader's stack. */
const batchSize = 1000;

/** What a pickle's integers of up to 255 bytes can hold. */
const maxIntegerBits = 8 * 255;

/** Contiguous strides, as PyTorch counts them: a dimension of 0 like one of 1. */
function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const dim of [...shape].reverse()) {
    strides.unshift(stride);
    stride *= Math.max(dim, 1);
  }
  return strides;
}

function isStateDict(map: ReadonlyMap<unknown, unknown>): boolean {
  return [...map].every(
    ([key, value]) => typeof key === 'string' && typeof value === 'object' && value !== null && isTensorLike(value),
  );
}

/** Writes one value and all that is in it; problems are gathered, and the pickle is of use only when there are none. */
export class ValuePickler {
  /** The tensors whose data makes the file's storages, in order; the position is the storage's key. */
  readonly storages: WritableTensor[] = [];
  readonly problems = new Problems();
  private readonly writer = new PickleWriter();
  private readonly memo = new Map<object, number>();
  private readonly storageKeys = new Map<object, Map<DType, number>>();
  private readonly open = new Set<object>();

  pickle(value: unknown): Uint8Array {
    this.write(value, '');
    return this.writer.finish();
  }

  private write(value: unknown, path: string): void {
    if (value === null) this.writer.op('none');
    else if (typeof value === 'boolean') this.writer.op(value ? 'newTrue' : 'newFalse');
    else if (typeof value === 'string') this.writeText(value, path);
    else if (typeof value === 'bigint') this.writeInteger(value, path);
    else if (typeof value === 'number') this.writeNumber(value);
    else if (typeof value === 'object') this.writeObject(value, path);
    else this.problems.add(path, describeForeign(value));
  }

  private writeText(value: string, path: string): void {
    if (!isWellFormed(value)) this.problems.add(path, 'a text with half of a surrogate pair');
    this.writer.text(value);
  }

  private writeInteger(value: bigint, path: string): void {
    if (BigInt.asIntN(maxIntegerBits, value) === value) this.writer.integer(value);
    else this.problems.add(path, `an integer of more than ${maxIntegerBits} bits`);
  }

  private writeNumber(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.writer.integer(value);
    else this.writer.float(value);
  }

  private writeObject(value: object, path: string): void {
    const known = this.memo.get(value);
    if (this.open.has(value)) this.problems.add(path, 'a value that contains itself');
    else if (known !== undefined) this.writer.recall(known);
    else if (value instanceof PickleFloat) this.writer.float(value.value);
    else if (isTensorLike(value)) this.writeTensor(value, path);
    else if (this.open.size >= maxDepth) this.problems.add(path, `values nested more than ${maxDepth} deep`);
    else {
      this.open.add(value);
      if (value instanceof PickleCounter) this.writeCounter(value, path);
      else if (value instanceof Map) this.writeDict(value, value, path);
      else if (Array.isArray(value)) this.writeList(value, path);
      else if (isPlainObject(value)) this.writePlainObject(value, path);
      else this.problems.add(path, describeForeign(value));
      this.open.delete(value);
    }
  }

  private writeList(list: readonly unknown[], path: string): void {
    this.writer.op('emptyList');
    this.memo.set(list, this.writer.memoize());
    for (let start = 0; start < list.length; start += batchSize) {
      this.writer.op('mark');
      for (let i = start; i < Math.min(start + batchSize, list.length); i++) this.write(list[i], pathTo(path, i));
      this.writer.op('appends');
    }
  }

  private writePlainObject(object: Record<string, unknown>, path: string): void {
    // An object that a file gave has no prototype, and its keys are texts for sure.
    const integer = Object.getPrototypeOf(object) && Object.keys(object).find((key) => /^(0|[1-9]\d*)$/.test(key));
    if (integer !== undefined && integer !== null) {
      this.problems.add(
        path,
        `an object with the key ${integer}, which JavaScript made a text and PyTorch's optimizers look up as a number ` +
          `(give new Map([[${integer}, …]]), or new Map([['${integer}', …]]) if a text is meant)`,
      );
    }
    this.writeDict(object, new Map(Object.entries(object)), path);
  }

  private writeDict(identity: object, dict: ReadonlyMap<unknown, unknown>, path: string): void {
    if (identity === dict && isStateDict(dict)) {
      this.writeEmptyOrderedDict();
    } else {
      this.writer.op('emptyDict');
    }
    this.memo.set(identity, this.writer.memoize());
    this.writeEntries(dict, path);
  }

  /** `collections.Counter(dict)` */
  private writeCounter(counter: PickleCounter, path: string): void {
    this.writer.global('collections', 'Counter');
    this.writer.op('emptyDict');
    this.writeEntries(counter, path);
    this.writer.op('tuple1');
    this.writer.op('reduce');
    this.memo.set(counter, this.writer.memoize());
  }

  private writeEntries(dict: ReadonlyMap<unknown, unknown>, path: string): void {
    const seen = new Set<unknown>();
    let index = 0;
    for (const [key, value] of dict) {
      if (index % batchSize === 0) this.writer.op('mark');
      this.writeKey(key, path, seen);
      this.write(value, pathTo(path, key));
      if (++index % batchSize === 0 || index === dict.size) this.writer.op('setitems');
    }
  }

  private writeEmptyOrderedDict(): void {
    this.writer.global('collections', 'OrderedDict');
    this.writer.op('emptyTuple');
    this.writer.op('reduce');
  }

  private writeKey(key: unknown, path: string, seen: Set<unknown>): void {
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'bigint') {
      this.problems.add(path, `${describeForeign(key)} as key (use texts and integers)`);
      return;
    }
    // Two keys to JavaScript, one to Python.
    const same = typeof key === 'bigint' && Number.isSafeInteger(Number(key)) ? Number(key) : key;
    if (seen.has(same)) this.problems.add(pathTo(path, key), 'a key that is there twice, as number and as bigint');
    seen.add(same);
    this.write(key, pathTo(path, key));
  }

  /** `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)` */
  private writeTensor(tensor: WritableTensor, path: string): void {
    const problem = tensorProblem(tensor);
    if (problem !== undefined) {
      this.problems.add(path, problem);
      return;
    }
    const { writer } = this;
    writer.global('torch._utils', '_rebuild_tensor_v2');
    writer.op('mark');
    this.writeStorage(tensor);
    writer.integer(0);
    writer.integers(tensor.shape);
    writer.integers(stridesOf(tensor.shape));
    writer.op('newFalse');
    this.writeEmptyOrderedDict();
    writer.op('tuple');
    writer.op('reduce');
    this.memo.set(tensor, writer.memoize());
  }

  /** The persistent id of a storage: `('storage', class, key, location, number of elements)`. */
  private writeStorage(tensor: WritableTensor): void {
    const { writer } = this;
    writer.op('mark');
    writer.text('storage');
    writer.global('torch', storageClasses[tensor.dtype]);
    writer.text(String(this.storageKey(tensor)));
    writer.text('cpu');
    writer.integer(sizeOf(tensor.shape));
    writer.op('tuple');
    writer.op('binpersid');
  }

  private storageKey(tensor: WritableTensor): number {
    const data = 'data' in tensor ? tensor.data : tensor;
    const keys = this.storageKeys.get(data) ?? new Map<DType, number>();
    this.storageKeys.set(data, keys);
    const key = keys.get(tensor.dtype) ?? this.storages.length;
    if (!keys.has(tensor.dtype)) {
      keys.set(tensor.dtype, key);
      this.storages.push(tensor);
    }
    return key;
  }
}
