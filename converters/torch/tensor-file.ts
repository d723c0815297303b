import type { HostTensor } from '../../src/core/index.js';
import { decodeTensor, gather } from '../tensor-data.js';
import type { StorageRef, TensorRef } from './tensor-ref.js';

/** Where a container keeps its storages. */
export interface StorageFile {
  readonly littleEndian: boolean;
  /** Checks that the storage is there and has the size that the pickle says. */
  check(storage: StorageRef): void;
  /** Reads bytes of a storage, counted from its start. */
  read(storage: StorageRef, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Reads one tensor: only the bytes that its view spans, into memory of its own. */
export async function readTensor(file: StorageFile, name: string, tensor: TensorRef): Promise<HostTensor> {
  const dtype = tensor.readableType(name);
  const { itemSize } = tensor.elementType;
  const span = await file.read(tensor.storage, tensor.offset * itemSize, tensor.span * itemSize);
  const bytes = tensor.isContiguous || tensor.numel === 0 ? span : gather(span, itemSize, tensor.shape, tensor.strides);
  return { dtype, shape: [...tensor.shape], data: decodeTensor(bytes, dtype, file.littleEndian) };
}
