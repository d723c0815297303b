import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { nn, training } from 'tfjs-zoo';
import { type StateDict, sizeOf } from '../../../src/core/index.js';
import { formulaTensor } from '../../support/formula-weights.js';
import { expectClose } from '../../support/golden-close.js';
import { toNumbers } from '../../support/golden-run.js';

/** A case of make_optim.py. */
interface OptimCase {
  readonly name: string;
  readonly optimizer: 'SGD' | 'Adam' | 'AdamW' | 'RMSprop';
  readonly options: object;
  readonly groups?: readonly { readonly params: readonly number[] }[];
  /** Options that the first group gets before a step. */
  readonly changes?: Readonly<Record<number, object>>;
  /** Parameters that have a gradient in every other step, and in none. */
  readonly seldom?: readonly number[];
  readonly never?: readonly number[];
  readonly saved: boolean;
}

const fixtures = new URL('../../fixtures/training/', import.meta.url);

const golden: {
  readonly steps: number;
  readonly parameters: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly cases: readonly OptimCase[];
} = JSON.parse(readFileSync(new URL('optim.json', fixtures), 'utf8'));

export const { cases, steps: STEPS } = golden;

/** PyTorch's parameters after each step of each case, one after the other. */
const bytes = readFileSync(new URL('optim.bin', fixtures));
const trajectories = new Float32Array(new Uint8Array(bytes).buffer);

const shapes = golden.parameters.map(([, shape]) => shape);
const total = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);

export const fixture = (name: string): string => new URL(name, fixtures).pathname;

const layouts = { 4: 'conv2d', 2: 'linear' } as const;

/** The parameters that a case begins with. */
export function parametersOf(): nn.Parameter[] {
  return golden.parameters.map(([name, shape], k) => {
    const layout = layouts[shape.length as 2 | 4] ?? 'plain';
    return new nn.Parameter({ shape, layout, init: () => formulaTensor(k, name, shape).data as Float32Array });
  });
}

export function build({ optimizer, options, groups }: OptimCase, parameters: readonly nn.Parameter[]) {
  const given = groups?.map((group) => ({ ...group, params: group.params.map((i) => parameters[i]!) })) ?? parameters;
  return new training[optimizer](given, options);
}

/** Takes steps of a case, from one on until before another. */
export function run(
  { changes = {}, seldom = [], never = [] }: OptimCase,
  optimizer: training.Optimizer,
  parameters: readonly nn.Parameter[],
  {
    from = 0,
    to = STEPS,
    afterEach = () => {},
  }: { from?: number; to?: number; afterEach?: (step: number) => void } = {},
): void {
  for (let step = from; step < to; step++) {
    Object.assign(optimizer.paramGroups[0]!, changes[step]);
    const present = [...parameters.entries()].filter(
      ([k]) => !never.includes(k) && !(seldom.includes(k) && step % 2 === 0),
    );
    const grads = new Map(present.map(([k, parameter]) => [parameter, gradientOf(parameter, k, step)]));
    optimizer.step(grads);
    tf.dispose([...grads.values()]);
    afterEach(step);
  }
}

function gradientOf(parameter: nn.Parameter, k: number, step: number): tf.Tensor {
  const [name, shape] = golden.parameters[k]!;
  const noise = formulaTensor(100 * (step + 1) + k, name, shape);
  return tf.tidy(() => tf.add(tf.div(parameter.value, 2), parameter.tensorOf(noise)));
}

/** PyTorch's parameters after a step of a case. */
function after(golden: OptimCase, step: number): Float32Array[] {
  let offset = (cases.indexOf(golden) * STEPS + step) * total;
  return shapes.map((shape) => {
    offset += sizeOf(shape);
    return trajectories.slice(offset - sizeOf(shape), offset);
  });
}

/** Gives parameters PyTorch's values after a step of a case. */
export function loadAfter(golden: OptimCase, step: number, parameters: readonly nn.Parameter[]): void {
  for (const [k, data] of after(golden, step).entries()) {
    parameters[k]!.load({ dtype: 'float32', shape: shapes[k]!, data });
  }
}

/** Fails unless parameters, as snapshots read back, are PyTorch's after a step of a case. */
export function expectAfter(golden: OptimCase, step: number, read: StateDict): void {
  for (const [k, data] of after(golden, step).entries()) {
    const shape = shapes[k]!;
    expectClose(
      `parameter ${k} after step ${step + 1}`,
      { shape, data: toNumbers([...read.values()][k]!).data },
      { shape, data },
      1e-5,
    );
  }
}

/** Parameters as a state dict. */
export async function snapshot(parameters: readonly nn.Parameter[]): Promise<StateDict> {
  const reads = parameters.map((parameter) => parameter.snapshot());
  const tensors = await Promise.all(reads.map((read) => read()));
  return new Map(tensors.map((tensor, k) => [golden.parameters[k]![0], tensor]));
}
