import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import type { HostTensor } from '../../src/core/index.js';

/** The values of a tensor, read back. */
export async function valuesOf(tensor: tf.Tensor): Promise<number[]> {
  return Array.from(await tensor.data());
}

/** A float32 entry of a state dict. */
export function float32(shape: number[], values: ArrayLike<number>): HostTensor {
  return { dtype: 'float32', shape, data: Float32Array.from(values) };
}

/** 1, 2, 3 … in a tensor. */
export function counting(shape: number[]): tf.Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tf.tidy(() => tf.reshape(tf.range(1, size + 1), shape));
}

/** Runs `fn`, which must throw an error of this class with this whole text, and leave no tensor behind. */
export function expectError(fn: () => unknown, name: string, message: string): void {
  const before = tf.memory().numTensors;
  let caught: Error | undefined;
  try {
    fn();
  } catch (error) {
    caught = error as Error;
  }
  expect(`${caught?.name}: ${caught?.message}`).to.equal(`${name}: ${message}`);
  expect(tf.memory().numTensors, 'tensors left behind').to.equal(before);
}

/** A module of a user's own, for tests of what the base class does. */
export class Pair extends nn.Module {
  readonly typeName = 'Pair';
  readonly first: nn.AnyModule;
  readonly second: nn.AnyModule;

  constructor(first: nn.AnyModule, second: nn.AnyModule) {
    super();
    this.first = first;
    this.second = second;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.second.forward(this.first.forward(x)));
  }
}
