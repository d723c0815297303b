/** What PyTorch calls the ops that models call without a module, by the names of tfjs's kernels. */
const names: Readonly<Record<string, string>> = {
  Add: 'Add',
  AddN: 'Add',
  AvgPool: 'AvgPool2d',
  Concat: 'Concat',
  Conv2D: 'Conv2d',
  DepthwiseConv2dNative: 'Conv2d',
  Elu: 'ELU',
  FusedConv2D: 'Conv2d',
  LeakyRelu: 'LeakyReLU',
  LogSoftmax: 'LogSoftmax',
  MatMul: 'MatMul',
  BatchMatMul: 'MatMul',
  MaxPool: 'MaxPool2d',
  Mean: 'Mean',
  Multiply: 'Multiply',
  Relu: 'ReLU',
  Relu6: 'ReLU6',
  ResizeBilinear: 'Upsample',
  ResizeNearestNeighbor: 'Upsample',
  Sigmoid: 'Sigmoid',
  Softmax: 'Softmax',
  Sub: 'Subtract',
  Tanh: 'Tanh',
};

/** Ops that only scale or shift when they have but one input from the model. */
const joinsOnly = new Set(['Add', 'Concat', 'Multiply', 'Subtract']);

/**
 * The name of an op in a drawing; nothing for one that is not worth a box.
 * @param branches how many nodes its inputs come from
 */
export function opName(
  kernel: string,
  branches: number,
  before: readonly number[],
  after: readonly number[],
): string | undefined {
  const name = Object.hasOwn(names, kernel) ? names[kernel]! : undefined;
  if (branches > 1) return name ?? kernel;
  if (kernel === 'Reshape') return before.length === 4 && after.length === 2 ? 'Flatten' : undefined;
  return name !== undefined && joinsOnly.has(name) ? undefined : name;
}
