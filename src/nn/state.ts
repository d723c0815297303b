import * as tf from '@tensorflow/tfjs-core';
import {
  forkRandom,
  type HostTensor,
  type Random,
  ShapeError,
  sizeOf,
  UninitializedError,
  ZooError,
} from '../core/index.js';
import { fromCheckpoint } from './from-checkpoint.js';
import { checkpointShape, fromMemory, type LayoutName, memoryShape, type NumericArray } from './layout.js';
import { type Receiver, receiveTensor } from './receive.js';

/** A size in a shape that only an input or a checkpoint tells. */
export const UNKNOWN = -1;

/** Fills a tensor of PyTorch's shape, in PyTorch's order. */
export type Initializer = (shape: readonly number[], random: Random) => Float32Array;

/** What a layer says of its state before there are values. */
export interface StateSpec {
  /** PyTorch's shape, with UNKNOWN where only an input or a checkpoint tells the size. */
  readonly shape: readonly number[];
  readonly layout?: LayoutName;
  readonly init: Initializer;
  /** Wait for `complete` or a checkpoint, even where the whole shape is known. */
  readonly lazy?: boolean;
}

/** Anything that stands in a state dict under a name of its own. */
export abstract class State {
  /** May be absent from a checkpoint, as in files older than the entry. */
  readonly optional: boolean = false;
  /** Stands in the state dict. */
  readonly persistent: boolean = true;

  /** Waits for its shape: neither an input nor a checkpoint has been seen. */
  get isLazy(): boolean {
    return false;
  }

  /** Whether a checkpoint entry of this shape can be loaded. */
  abstract accepts(shape: readonly number[]): boolean;
  /** PyTorch's shape, with UNKNOWN where it is not known yet. */
  abstract get expectedShape(): readonly number[];
  /** The values as they lie in memory; throws where there are none. */
  abstract readonly value: tf.Variable | bigint;
  /** Takes the values of a checkpoint entry whose shape `accepts` approved. */
  abstract load(tensor: HostTensor): void;
  /** Holds on to the values of this moment; the result reads them back. */
  abstract snapshot(): () => Promise<HostTensor>;
  abstract dispose(): void;
}

let initialising = true;

/**
 * Runs `build` without filling the parameters that it creates, for a checkpoint will. One that stays unfilled runs its
 * initialisation when it is first needed.
 */
export function skipInit<T>(build: () => T): T {
  const before = initialising;
  initialising = false;
  try {
    return build();
  } finally {
    initialising = before;
  }
}

/** State that lives in a tf.Variable: what parameters and buffers have in common. */
export abstract class TensorState extends State {
  readonly layout: LayoutName;
  readonly dtype: 'float32' | 'int32' | 'bool';
  #shape: readonly number[];
  #lazy: boolean;
  #pending: (() => Float32Array) | undefined;
  #variable: tf.Variable | undefined;
  #trainable: boolean;
  #disposed = false;
  #derived: { readonly sources: readonly unknown[]; readonly tensors: readonly tf.Tensor[] } | undefined;

  /** @param layout how a given tensor lies; a spec says its own */
  constructor(source: tf.Tensor | StateSpec, trainable: boolean, layout: LayoutName = 'plain') {
    super();
    this.#trainable = trainable;
    if (source instanceof tf.Tensor) {
      this.layout = layout;
      this.dtype = numericDtype(source);
      this.#shape = checkpointShape(layout, source.shape);
      this.#lazy = false;
      this.#variable = tf.variable(source, trainable);
      source.dispose();
    } else {
      this.layout = source.layout ?? 'plain';
      this.dtype = 'float32';
      this.#shape = source.shape;
      this.#lazy = source.lazy ?? source.shape.includes(UNKNOWN);
      this.initialize(source.init);
    }
  }

  /** The values, in memory layout. @throws UninitializedError before a lazy module has seen an input or a checkpoint */
  get value(): tf.Variable {
    if (!this.#variable && !this.#lazy && !this.#disposed) this.#fill();
    if (this.#variable) return this.#variable;
    this.#expectLive();
    throw new UninitializedError(
      `Parameter: expected a shape, got [${this.#shape.join(', ').replaceAll('-1', '?')}] of a lazy module that has seen no ` +
        'input yet. Run one forward pass, or load a checkpoint, first.',
    );
  }

  /** PyTorch's shape. @throws UninitializedError while the module is lazy */
  get shape(): number[] {
    if (this.#lazy) void this.value;
    return [...this.#shape];
  }

  get expectedShape(): readonly number[] {
    return this.#shape;
  }

  override get isLazy(): boolean {
    return this.#lazy;
  }

  /** Whether there are values: not before a lazy module's first input, nor while a checkpoint is to bring them. */
  get isFilled(): boolean {
    return this.#variable !== undefined;
  }

  /**
   * Tensors computed from this state and others, such as a filter scaled by a BatchNorm: kept until one of the sources gets other
   * values, or this state is disposed.
   */
  derived(sources: readonly (tf.Tensor | number)[], compute: () => tf.Tensor[]): readonly tf.Tensor[] {
    // A variable that is assigned to gets another data id.
    const ids = sources.map((source) => (typeof source === 'number' ? source : source.dataId));
    const kept = this.#derived;
    if (kept?.sources.length === ids.length && ids.every((id, i) => id === kept.sources[i])) return kept.tensors;
    const tensors = tf.tidy(() => compute().map((tensor) => tf.keep(tensor)));
    this.dropDerived();
    this.#derived = { sources: ids, tensors };
    return tensors;
  }

  protected get trainable(): boolean {
    return this.#trainable;
  }

  protected set trainable(flag: boolean) {
    this.#trainable = flag;
    if (this.#variable) this.#variable.trainable = flag;
  }

  /** Fills the values by `init`, or keeps it for the time when the shape is known. */
  initialize(init: Initializer): void {
    const random = forkRandom();
    this.#pending = () => init(this.#shape, random);
    if (this.#variable || (initialising && !this.#lazy)) this.#fill();
  }

  /** Gives a lazy state the size it waited for and runs its initialisation; does nothing where the shape is known. */
  complete(size: number): void {
    if (!this.#lazy) return;
    this.#shape = this.#shape.map((known) => (known === UNKNOWN ? size : known));
    this.#lazy = false;
    this.#fill();
  }

  accepts(shape: readonly number[]): boolean {
    const expected = this.#shape;
    return shape.length === expected.length && expected.every((size, axis) => size === UNKNOWN || size === shape[axis]);
  }

  load(tensor: HostTensor): void {
    if (tensor.data.length !== sizeOf(tensor.shape)) {
      throw new ShapeError(
        `Parameter: expected ${sizeOf(tensor.shape)} values for shape [${tensor.shape.join(', ')}], got ${tensor.data.length}. ` +
          'Correct the data or the shape.',
      );
    }
    this.#shape = tensor.shape;
    this.#lazy = false;
    this.#assign(castTo(this.dtype, tensor));
  }

  /**
   * As `load`, for values that come piece by piece and lie as in memory: `place` takes them, `end` says that all have come.
   * @param shape PyTorch's, which `accepts` approved
   * @internal
   */
  receive(shape: readonly number[]): { place: Receiver['place']; end(): void; discard(): void } {
    this.#expectLive();
    const { place, end, discard } = receiveTensor(memoryShape(this.layout, shape), this.dtype);
    return {
      place,
      discard,
      end: () => {
        this.#shape = shape;
        this.#lazy = false;
        this.#set(end());
      },
    };
  }

  snapshot(): () => Promise<HostTensor> {
    return this.snapshotOf(this.value);
  }

  /** As `snapshot`, of a tensor of this dtype that lies as the values do, such as a gradient or what an optimizer keeps. */
  snapshotOf(tensor: tf.Tensor): () => Promise<HostTensor> {
    const shape = this.shape;
    const held = tf.keep(tf.clone(tensor));
    return async () => {
      try {
        const data = (await held.data()) as NumericArray;
        return { dtype: this.dtype, shape, data: fromMemory(this.layout, data, shape) };
      } finally {
        held.dispose();
      }
    };
  }

  /** A tensor that lies as the values do, from one of a checkpoint: the way back from `snapshotOf`. */
  tensorOf(tensor: HostTensor): tf.Tensor {
    return fromCheckpoint(this.layout, castTo(this.dtype, tensor), this.shape, this.dtype);
  }

  dispose(): void {
    this.dropDerived();
    this.#variable?.dispose();
    this.#variable = undefined;
    this.#disposed = true;
  }

  /** Frees what `derived` kept. */
  dropDerived(): void {
    for (const tensor of this.#derived?.tensors ?? []) tensor.dispose();
    this.#derived = undefined;
  }

  #fill(): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#assign(pending());
  }

  #expectLive(): void {
    if (!this.#disposed) return;
    throw new ZooError('Parameter: expected a live parameter, got one that was disposed. Build the module anew.');
  }

  /** Sets the values, given in PyTorch's order. */
  #assign(data: NumericArray): void {
    this.#expectLive();
    this.#set(fromCheckpoint(this.layout, data, this.#shape, this.dtype));
  }

  #set(tensor: tf.Tensor): void {
    this.#pending = undefined;
    if (this.#variable) this.#variable.assign(tensor);
    else this.#variable = tf.variable(tensor, this.#trainable);
    tensor.dispose();
  }
}

function numericDtype(tensor: tf.Tensor): 'float32' | 'int32' | 'bool' {
  const { dtype } = tensor;
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new ShapeError(
    `Parameter: expected a float32, int32 or bool tensor, got ${dtype} of shape [${tensor.shape.join(', ')}]. ` +
      'Make it of numbers.',
  );
}

/** A checkpoint's values in the array that a tf.Tensor of this dtype is made of. */
export function castTo(dtype: 'float32' | 'int32' | 'bool', { data }: HostTensor): NumericArray {
  const values = data instanceof BigInt64Array ? Float64Array.from(data, Number) : data;
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  return dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values, (value) => (value ? 1 : 0));
}
