import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import type { HostTensor, StateDict } from '../../src/core/index.js';
import { activationToMemory, type GoldenCase, parameterToMemory } from './golden.js';
import { expectClose, PARAMETER_GRADIENT_TOLERANCE, TOLERANCE } from './golden-close.js';
import { forwardAndBackward, toNumbers, toTensor } from './golden-run.js';

const constructors = nn as unknown as Record<string, new (...args: unknown[]) => nn.Module>;

/** The module as PyTorch had it when the case began, its repr checked on the way. */
async function build(golden: GoldenCase): Promise<nn.Module> {
  const tensors = Object.fromEntries(
    [...(golden.tensorOptions ?? [])].map(([name, tensor]) => [name, toTensor(tensor)]),
  );
  const module = new constructors[golden.module]!(...golden.args, { ...golden.options, ...tensors });
  tf.dispose(tensors);
  if (golden.reprBefore) expect(String(module)).to.equal(golden.reprBefore);
  if (golden.materialise === 'forward') {
    run(module.eval(), golden.input, golden);
    expect(String(module)).to.equal(golden.repr);
  }
  if (golden.tensorOptions) expectSameState(await module.stateDict(), golden.stateBefore, TOLERANCE);
  else await module.loadStateDict(golden.stateBefore);
  expect(String(module)).to.equal(golden.repr);
  return module;
}

/** A forward pass of which only the traces in the buffers matter. */
function run(module: nn.Module, input: HostTensor, { layout }: GoldenCase): void {
  tf.tidy(() => {
    module.forward(toTensor(activationToMemory(input, layout)));
  });
}

function expectSameState(got: StateDict, want: StateDict, tolerance: number): number {
  expect([...got.keys()], 'names of the state dict').to.deep.equal([...want.keys()]);
  const errors = [...want].map(([name, tensor]) => {
    expect(got.get(name)!.dtype, `dtype of ${name}`).to.equal(tensor.dtype);
    return expectClose(`state ${name}`, toNumbers(got.get(name)!), tensor, tolerance);
  });
  return Math.max(0, ...errors);
}

/** The largest errors of a case, as expectClose counts them. */
export interface GoldenErrors {
  /** Of the output and of the buffers afterwards. */
  readonly forward: number;
  /** Of the gradients of the input and of the parameters. */
  readonly gradients: number;
}

/** Fails unless output, gradients and state of the module are PyTorch's. */
export async function checkGolden(golden: GoldenCase): Promise<GoldenErrors> {
  const module = await build(golden);
  module.train();
  for (const input of golden.warmup) run(module, input, golden);
  module.train(golden.mode === 'train');
  const { output, gradInput, gradExtra, gradParameters } = await forwardAndBackward(
    module,
    {
      input: activationToMemory(golden.input, golden.layout),
      upstream: activationToMemory(golden.upstream, golden.outputLayout),
      extra: golden.extra.map(({ value, layout }) => activationToMemory(value, layout)),
    },
    golden.forwardOptions,
  );
  const outputError = expectClose('output', output, activationToMemory(golden.output, golden.outputLayout), TOLERANCE);
  const gradientErrors = [
    expectClose('gradient of the input', gradInput, activationToMemory(golden.gradInput, golden.layout), TOLERANCE),
  ];
  const differentiable = golden.extra.filter(({ gradient }) => gradient);
  for (const [index, { gradient, layout }] of differentiable.entries()) {
    const want = activationToMemory(gradient!, layout);
    gradientErrors.push(expectClose(`gradient of extra ${index}`, gradExtra[index]!, want, TOLERANCE));
  }
  const parameters = new Map(module.namedParameters());
  expect([...parameters.keys()], 'parameters').to.deep.equal([...golden.gradParameters.keys()]);
  for (const [name, gradient] of golden.gradParameters) {
    const { shape, layout } = parameters.get(name)!;
    expect(shape, `shape of ${name}`).to.deep.equal(gradient.shape);
    const want = layout === 'plain' ? gradient : parameterToMemory(gradient);
    const got = gradParameters.get(name)!;
    gradientErrors.push(expectClose(`gradient of ${name}`, got, want, PARAMETER_GRADIENT_TOLERANCE));
  }
  const stateError = expectSameState(await module.stateDict(), golden.stateAfter, TOLERANCE);
  module.dispose();
  return { forward: Math.max(outputError, stateError), gradients: Math.max(...gradientErrors) };
}
