import { type HostTensor, type StateDict, sizeOf } from '../../src/core/index.js';

/** How PyTorch's axes lie with us: 'batched' moves axis 1 to the end, 'unbatched' axis 0, 'literal' none. */
export type Layout = 'batched' | 'unbatched' | 'literal';

/** An input of `forward` behind the first, such as a loss's target; floats have a gradient. */
export interface GoldenExtra {
  readonly layout: Layout;
  readonly value: HostTensor;
  readonly gradient?: HostTensor;
}

/** One call of a module as PyTorch made it; every tensor in PyTorch's layout. */
export interface GoldenCase {
  readonly name: string;
  readonly module: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Options that are tensors, such as the weights of classes. */
  readonly tensorOptions?: StateDict;
  readonly extra: readonly GoldenExtra[];
  /** What `forward` takes behind its inputs. */
  readonly forwardOptions?: Readonly<Record<string, unknown>>;
  readonly mode: 'train' | 'eval';
  readonly layout: Layout;
  readonly outputLayout: Layout;
  readonly repr: string;
  /** What a lazy module prints before it has a shape, and what is to give it one. */
  readonly reprBefore?: string;
  readonly materialise?: 'load' | 'forward';
  readonly stateBefore: StateDict;
  /** Inputs of training steps that come before the one that is checked. */
  readonly warmup: readonly HostTensor[];
  readonly input: HostTensor;
  readonly upstream: HostTensor;
  readonly output: HostTensor;
  /** Gradients of sum(output · upstream). */
  readonly gradInput: HostTensor;
  readonly gradParameters: StateDict;
  readonly stateAfter: StateDict;
}

/** A tensor as the manifest names it: where it begins in the blob. */
interface TensorEntry {
  readonly shape: readonly number[];
  readonly offset: number;
  readonly dtype?: 'float32' | 'int64';
}

interface ExtraEntry {
  readonly layout: Layout;
  readonly value: TensorEntry;
  readonly gradient?: TensorEntry;
}

/** The families of modules: FAMILY.json and FAMILY.bin in test/fixtures/nn, made by make_golden.py. */
export const FAMILIES = [
  'conv',
  'conv-transpose',
  'padding-modes',
  'linear',
  'batch-norm',
  'instance-norm',
  'group-norm',
  'layer-norm',
  'normalization',
  'max-pool',
  'avg-pool',
  'lp-pool',
  'adaptive-pool',
  'activation',
  'activation-hard',
  'activation-smooth',
  'dropout',
  'flatten',
  'lazy',
  'upsample',
  'pad',
  'shuffle',
  'unflatten',
  'fold',
  'class-loss',
  'regression-loss',
  'binary-loss',
  'divergence-loss',
] as const;

/** The cases of a family, from the text of its manifest and the bytes of its tensors. */
export function parseGolden(manifest: string, blob: Uint8Array): GoldenCase[] {
  const tensor = (entry: TensorEntry): HostTensor => readTensor(blob, entry);
  const tensors = (entries: Record<string, TensorEntry>): StateDict =>
    new Map(Object.entries(entries).map(([name, entry]) => [name, tensor(entry)]));
  return JSON.parse(manifest).map((record: Record<string, never>) => ({
    ...(record as object),
    ...('tensorOptions' in record && { tensorOptions: tensors(record.tensorOptions!) }),
    extra: ((record.extra ?? []) as ExtraEntry[]).map(({ layout, value, gradient }) => ({
      layout,
      value: tensor(value),
      ...(gradient && { gradient: tensor(gradient) }),
    })),
    stateBefore: tensors(record.stateBefore!),
    warmup: (record.warmup! as TensorEntry[]).map(tensor),
    input: tensor(record.input!),
    upstream: tensor(record.upstream!),
    output: tensor(record.output!),
    gradInput: tensor(record.gradInput!),
    gradParameters: tensors(record.gradParameters!),
    stateAfter: tensors(record.stateAfter!),
  }));
}

function readTensor(blob: Uint8Array, { shape, offset, dtype = 'float32' }: TensorEntry): HostTensor {
  const size = sizeOf(shape);
  // A copy: an int64 may begin where a BigInt64Array may not.
  const bytes = new Uint8Array(blob.subarray(offset, offset + size * (dtype === 'int64' ? 8 : 4))).buffer;
  return { dtype, shape, data: dtype === 'int64' ? new BigInt64Array(bytes) : new Float32Array(bytes) };
}

/** Where PyTorch's axes of an activation lie with us, as numpy.transpose takes them. */
export function activationAxes(rank: number, layout: Layout): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const channels = layout === 'literal' ? [] : axes.splice(layout === 'batched' ? 1 : 0, 1);
  return [...axes, ...channels];
}

/** Where PyTorch's axes of a parameter lie in our variables: OIHW → HWIO, IOHW → HWOI, [out, in] → [in, out]. */
export function parameterAxes(rank: number): number[] {
  return { 4: [2, 3, 1, 0], 2: [1, 0] }[rank] ?? activationAxes(rank, 'literal');
}

/** An activation or its gradient, moved from PyTorch's layout to ours. */
export function activationToMemory(tensor: HostTensor, layout: Layout): HostTensor {
  return transpose(tensor, activationAxes(tensor.shape.length, layout));
}

/** A parameter's gradient, moved from PyTorch's layout to that of our variables. */
export function parameterToMemory(tensor: HostTensor): HostTensor {
  return transpose(tensor, parameterAxes(tensor.shape.length));
}

/** The position along each axis of a row-major tensor's element. */
export function unravel(index: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = index;
  for (const dim of [...shape].reverse()) {
    position.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return position;
}

/** Reorders axes as numpy.transpose does: axis k of the result is axis `axes[k]` of the tensor. */
function transpose(tensor: HostTensor, axes: readonly number[]): HostTensor {
  const strides = tensor.shape.map((_, axis) => sizeOf(tensor.shape.slice(axis + 1)));
  const shape = axes.map((axis) => tensor.shape[axis]!);
  let offsets = [0];
  for (const axis of axes) {
    const steps = Array.from({ length: tensor.shape[axis]! }, (_, index) => index * strides[axis]!);
    offsets = offsets.flatMap((offset) => steps.map((step) => offset + step));
  }
  const { dtype, data } = tensor;
  const moved = new (data.constructor as Float32ArrayConstructor)(offsets.length);
  for (const [index, offset] of offsets.entries()) moved[index] = data[offset] as number;
  return { dtype, shape, data: moved };
}
