import * as tf from '@tensorflow/tfjs-core';
import type { HostTensor } from '../../core/index.js';
import type { Parameter } from '../../nn/index.js';
import { toSnakeCase } from './names.js';

/** What an optimizer keeps of one parameter: tensors that lie as the parameter, and the number of steps. */
export type ParameterState = { [name: string]: tf.Tensor | number };

/** An optimizer's state as PyTorch saves it: names, order, shapes and layout. */
export interface OptimizerStateDict {
  /** What is kept of each parameter, by the parameter's number. */
  readonly state: ReadonlyMap<number, Readonly<Record<string, HostTensor>>>;
  /** The options of each group, and the numbers of its parameters. */
  readonly param_groups: readonly SavedGroup[];
}

/** A group as PyTorch saves it. */
export interface SavedGroup {
  readonly params: readonly number[];
  readonly [option: string]: unknown;
}

/** The groups as PyTorch saves them, where parameters are numbered through all groups. */
export function packGroups(groups: readonly { readonly params: readonly Parameter[] }[]): {
  ids: ReadonlyMap<Parameter, number>;
  param_groups: SavedGroup[];
} {
  const ids = new Map(groups.flatMap(({ params }) => params).map((parameter, id) => [parameter, id]));
  const param_groups = groups.map(({ params, ...options }) => ({
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [toSnakeCase(name), value])),
    params: params.map((parameter) => ids.get(parameter)!),
  }));
  return { ids, param_groups };
}

/** What is kept of each parameter, held on to at once and read back later. */
export async function snapshotState(
  state: ReadonlyMap<Parameter, ParameterState>,
  ids: ReadonlyMap<Parameter, number>,
): Promise<Map<number, Record<string, HostTensor>>> {
  const reads = [...state].map(async ([parameter, kept]) => {
    const tensors = Object.entries(kept).map(async ([name, value]) => [
      toSnakeCase(name),
      await read(parameter, value),
    ]);
    return [ids.get(parameter)!, Object.fromEntries(await Promise.all(tensors))] as const;
  });
  return new Map(await Promise.all(reads));
}

async function read(parameter: Parameter, value: tf.Tensor | number): Promise<HostTensor> {
  if (value instanceof tf.Tensor) return parameter.snapshotOf(value)();
  // PyTorch counts steps in a float tensor.
  return { dtype: 'float32', shape: [], data: Float32Array.of(value) };
}
