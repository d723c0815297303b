import { CheckpointError, type DType } from '../../src/core/index.js';
import { type ElementType, isDType } from './dtypes.js';

/** PyTorch's own bound on the dimensions of a tensor. */
export const maxRank = 64;

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A storage as a pickle names it: a run of bytes somewhere in the file. */
export interface StorageRef {
  readonly key: string;
  readonly elementType: ElementType;
  /** Number of elements of the whole storage. */
  readonly numel: number;
  /** The first element of a legacy storage view; 0 for all that current PyTorch writes. */
  readonly viewOffset: number;
  /** Number of elements of the legacy storage view; `numel` without one. */
  readonly viewNumel: number;
}

export function isStorageRef(value: unknown): value is StorageRef {
  return typeof value === 'object' && value !== null && 'elementType' in value && 'viewNumel' in value;
}

/** A tensor as a pickle describes it, not read yet: a view of a storage. Offset and strides count elements. */
export class TensorRef {
  readonly storage: StorageRef;
  readonly elementType: ElementType;
  /** From the start of the storage, a legacy storage view's offset included. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Says what the tensor is when it is no plain strided one ('sparse', 'quantized'): it is listed, never read. */
  readonly layout: string | undefined;

  constructor(
    storage: StorageRef,
    elementType: ElementType,
    view: { offset: number; shape: readonly number[]; strides: readonly number[]; layout?: string },
  ) {
    this.storage = storage;
    this.elementType = elementType;
    this.offset = view.offset;
    this.shape = view.shape;
    this.strides = view.strides;
    this.layout = view.layout;
  }

  /** What `inspect` prints for the element type. */
  get dtype(): string {
    return this.elementType.name;
  }

  /** The same, where more than the element type keeps it from being read: 'sparse float32'. */
  get listedType(): string {
    const isPlain = this.layout === undefined || !isDType(this.dtype);
    return isPlain ? this.dtype : `${this.layout} ${this.dtype}`;
  }

  get numel(): number {
    return this.shape.includes(0) ? 0 : this.shape.reduce((product, dim) => product * dim, 1);
  }

  /** Number of the storage's elements that the view spans; 0 when the view is empty. */
  get span(): number {
    if (this.numel === 0) return 0;
    return this.shape.reduce((last, dim, axis) => last + (dim - 1) * this.strides[axis]!, 1);
  }

  /** Whether the elements lie one after the other, in row-major order. */
  get isContiguous(): boolean {
    let expected = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      if (this.shape[axis] === 1) continue;
      if (this.strides[axis] !== expected) return false;
      expected *= this.shape[axis]!;
    }
    return true;
  }

  /** Checks that the elements can be counted: what is only listed is not checked further. */
  checkShape(name: string): void {
    if (Number.isSafeInteger(this.numel * 16)) return;
    throw new CheckpointError(
      `Checkpoint: expected tensor ${name} of a shape that memory can hold, got [${this.shape.join(', ')}]. The file is damaged.`,
    );
  }

  /** Checks that the view lies in its storage. */
  check(name: string): void {
    const numel = this.numel;
    if (numel === 0) return;
    const { span, storage } = this;
    const itemSize = this.elementType.itemSize;
    const available = Math.floor(((storage.viewOffset + storage.viewNumel) * storage.elementType.itemSize) / itemSize);
    if (!(this.offset + span <= available)) {
      throw new CheckpointError(
        `Checkpoint: expected tensor ${name} to lie within the ${available} elements of its storage ${storage.key}, got ` +
          `offset ${this.offset}, shape [${this.shape.join(', ')}], strides [${this.strides.join(', ')}]. The file is damaged.`,
      );
    }
  }

  /** The element type to read, or the reason why there is none. */
  readableType(name: string): DType {
    if (this.layout === undefined && isDType(this.dtype)) return this.dtype;
    throw new CheckpointError(
      `Checkpoint: expected tensor ${name} of a dtype that can be read (float32, float16, bfloat16, float64, int64, int32, ` +
        `int16, int8, uint8, bool), got ${this.layout ? `${this.layout} ` : ''}${this.dtype}. Convert it in PyTorch and save again.`,
    );
  }
}
