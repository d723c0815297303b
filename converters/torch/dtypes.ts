import { bytesPerElement, type DType } from '../../src/core/index.js';

/** An element type by PyTorch's name. One that is not a DType can be listed but not read. */
export interface ElementType {
  readonly name: string;
  readonly itemSize: number;
}

const readable = Object.entries(bytesPerElement).map(([name, itemSize]): ElementType => ({ name, itemSize }));

const listedOnly: ElementType[] = [
  { name: 'complex32', itemSize: 4 },
  { name: 'complex64', itemSize: 8 },
  { name: 'complex128', itemSize: 16 },
  { name: 'quint8', itemSize: 1 },
  { name: 'qint8', itemSize: 1 },
  { name: 'qint32', itemSize: 4 },
  { name: 'quint4x2', itemSize: 1 },
  { name: 'quint2x4', itemSize: 1 },
  { name: 'uint16', itemSize: 2 },
  { name: 'uint32', itemSize: 4 },
  { name: 'uint64', itemSize: 8 },
  { name: 'float8_e4m3fn', itemSize: 1 },
  { name: 'float8_e4m3fnuz', itemSize: 1 },
  { name: 'float8_e5m2', itemSize: 1 },
  { name: 'float8_e5m2fnuz', itemSize: 1 },
  { name: 'float8_e8m0fnu', itemSize: 1 },
  { name: 'float4_e2m1fn_x2', itemSize: 1 },
];

/** Element types by the name that `torch.NAME` has. */
export const elementTypes: ReadonlyMap<string, ElementType> = new Map(
  [...readable, ...listedOnly].map((type) => [type.name, type]),
);

const storageNames: Record<string, string> = {
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  DoubleStorage: 'float64',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  UntypedStorage: 'uint8',
  ComplexFloatStorage: 'complex64',
  ComplexDoubleStorage: 'complex128',
  QUInt8Storage: 'quint8',
  QInt8Storage: 'qint8',
  QInt32Storage: 'qint32',
  QUInt4x2Storage: 'quint4x2',
  QUInt2x4Storage: 'quint2x4',
};

/** The classes that a persistent id may name (`torch.FloatStorage`, `torch.cuda.FloatStorage`), and what they hold. */
export const storageTypes: ReadonlyMap<string, ElementType> = new Map(
  Object.entries(storageNames).flatMap(([className, name]) =>
    ['torch', 'torch.cuda', 'torch.storage'].map(
      (module) => [`${module}.${className}`, elementTypes.get(name)!] as const,
    ),
  ),
);

/** Whether tensors of this type can be read, not only listed. */
export function isDType(name: string): name is DType {
  return Object.hasOwn(bytesPerElement, name);
}
