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

function expectSameState(got: StateDict, want: StateDict, tolerance: number): void {
  expect([...got.keys()], 'names of the state dict').to.deep.equal([...want.keys()]);
  for (const [name, tensor] of want) {
    expect(got.get(name)!.dtype, `dtype of ${name}`).to.equal(tensor.dtype);
    expectClose(`state ${name}`, toNumbers(got.get(name)!), tensor, tolerance);
  }
}

/**
 * Fails unless output, gradients and state of the module are PyTorch's. `slack` widens the tolerances, for backends that
 * compute less exactly.
 */
export async function checkGolden(golden: GoldenCase, slack = 1): Promise<void> {
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
  const tolerance = TOLERANCE * slack;
  expectClose('output', output, activationToMemory(golden.output, golden.outputLayout), tolerance);
  expectClose('gradient of the input', gradInput, activationToMemory(golden.gradInput, golden.layout), tolerance);
  const differentiable = golden.extra.filter(({ gradient }) => gradient);
  for (const [index, { gradient, layout }] of differentiable.entries()) {
    expectClose(`gradient of extra ${index}`, gradExtra[index]!, activationToMemory(gradient!, layout), tolerance);
  }
  const shapes = new Map([...module.namedParameters()].map(([name, parameter]) => [name, parameter.shape]));
  expect([...shapes.keys()], 'parameters').to.deep.equal([...golden.gradParameters.keys()]);
  for (const [name, gradient] of golden.gradParameters) {
    const what = `gradient of ${name}`;
    expect(shapes.get(name), `shape of ${name}`).to.deep.equal(gradient.shape);
    expectClose(what, gradParameters.get(name)!, parameterToMemory(gradient), PARAMETER_GRADIENT_TOLERANCE * slack);
  }
  expectSameState(await module.stateDict(), golden.stateAfter, tolerance);
  module.dispose();
}
