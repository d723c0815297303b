import * as tf from '@tensorflow/tfjs-core';
import type { Kernel, KernelArgs } from '../kernel.js';
import { floatType, nodeBackend } from './backend.js';

// tfjs-node multiplies by an op for stacks of matrices. For one matrix by one there is another, which does not wake a second thread
// for a small product and takes half the time for a single row.

/** From this many multiplications on, the op for stacks is faster with its second matrix transposed. */
const LARGE = 1e7;

/** BatchMatMul: [..., M, K] · [..., K, N] → [..., M, N] */
export function matMulOf({ kernelName, kernelFunc: stock }: Kernel): Kernel {
  return {
    kernelName,
    kernelFunc: (args) => (suits(args) ? tf.tidy(() => stacked(product(args), args)) : stock(args)),
  };
}

/** _FusedMatMul, with a bias [N] in one op of TensorFlow's own for that. */
export function matMulWithBiasOf({ kernelName, kernelFunc: stock }: Kernel): Kernel {
  return {
    kernelName,
    kernelFunc: (args) => {
      const { bias } = args.inputs;
      if (bias?.rank !== 1 || args.attrs.activation !== 'linear' || !suits(args)) return stock(args);
      const backend = nodeBackend();
      return tf.tidy(() =>
        stacked(backend.executeSingleOutput('BiasAdd', [floatType(backend)], [product(args), bias]), args),
      );
    },
  };
}

function suits({ inputs, attrs }: KernelArgs): boolean {
  const [a, b] = [inputs.a!, inputs.b!];
  const columns = b.shape.at(attrs.transposeB ? -2 : -1)!;
  return (
    [a, b].every((x) => x.dtype === 'float32' && x.size > 0 && x.shape.slice(0, -2).every((size) => size === 1)) &&
    !(attrs.transposeB && a.size * columns >= LARGE)
  );
}

/** [1, M, K] · [1, K, N] → [M, N] */
function product({ inputs, attrs }: KernelArgs): tf.Tensor {
  const backend = nodeBackend();
  const flag = (name: string, value: boolean) => ({ name, type: backend.binding.TF_ATTR_BOOL, value });
  const attributes = [flag('transpose_a', attrs.transposeA), flag('transpose_b', attrs.transposeB), floatType(backend)];
  const matrices = [inputs.a!, inputs.b!].map((x) => (x.rank === 2 ? x : tf.reshape(x, x.shape.slice(-2))));
  return backend.executeSingleOutput('MatMul', attributes, matrices);
}

/** [M, N] → with as many axes of 1 in front of it as the matrices had */
function stacked(matrix: tf.Tensor, { inputs }: KernelArgs): tf.Tensor {
  const axes = Math.max(inputs.a!.rank, inputs.b!.rank) - 2;
  return axes === 0 ? matrix : tf.reshape(matrix, [...Array(axes).fill(1), ...matrix.shape]);
}
