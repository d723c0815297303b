import fc from 'fast-check';
import { PickleFloat, TensorRef } from 'tfjs-zoo/converters';
import { decodeTensor } from '../../../converters/tensor-data.js';
import { tensorBytes } from '../../../converters/write/tensor-bytes.js';
import { bytesPerElement, type DType, type HostTensor, type StateDict, sizeOf } from '../../../src/core/index.js';

/** Any bit pattern of any dtype. */
const someTensor: fc.Arbitrary<HostTensor> = fc
  .tuple(
    fc.constantFrom(...(Object.keys(bytesPerElement) as DType[])),
    fc.array(fc.nat(3), { maxLength: 5 }),
    fc.integer(),
  )
  .chain(([dtype, shape]) => {
    const length = sizeOf(shape) * bytesPerElement[dtype];
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => {
      const pattern = new Uint8Array(dtype === 'bool' ? bytes.map((byte) => byte & 1) : bytes);
      return { dtype, shape, data: decodeTensor(pattern, dtype) };
    });
  });

const text = fc.string({ unit: 'binary', maxLength: 12 });

export const someState: fc.Arbitrary<StateDict> = fc
  .array(fc.tuple(text, someTensor), { minLength: 1, maxLength: 6 })
  .map((entries) => new Map(entries));

const someKey = fc.oneof(text, fc.maxSafeInteger(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }));

/** Anything that can be written. */
export const someValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    text,
    fc.maxSafeInteger(),
    fc.double(),
    fc.double().map((value) => new PickleFloat(value)),
    fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }),
    someTensor,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(someKey, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
    fc.dictionary(
      text.filter((key) => !/^\d+$/.test(key)),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value;

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function plainFloat(value: number): object {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return { float: Number.isNaN(value) ? 'nan' : bytes.toString('hex') };
}

/**
 * A value as JSON that says all that Python can tell of it. Beside it, test/converters/write/describe.py says the same of what
 * PyTorch loads.
 *
 * @param tensors - 'unread' leaves out the data of tensors, and what the reader cannot tell: 1.0 from 1.
 */
export function plain(value: unknown, tensors: 'read' | 'unread' = 'read'): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return { int: String(value) };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? { int: String(value) } : plainFloat(value);
  }
  if (value instanceof PickleFloat) return tensors === 'read' ? plainFloat(value.value) : plain(value.value);
  if (value instanceof TensorRef) return { tensor: value.dtype, shape: value.shape };
  if (Array.isArray(value)) return value.map((item) => plain(item, tensors));
  if (!(value instanceof Map)) {
    const object = value as HostTensor;
    if (!ArrayBuffer.isView(object.data)) return plain(new Map(Object.entries(object)), tensors);
    const data = tensors === 'read' ? { data: hex(Buffer.concat([...tensorBytes(object)])) } : {};
    return { tensor: object.dtype, shape: object.shape, ...data };
  }
  return { dict: [...value].map(([key, item]) => [plain(key), plain(item, tensors)]) };
}
