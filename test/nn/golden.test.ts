import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { nn } from 'tfjs-zoo';
import type { HostTensor, StateDict } from '../../src/core/index.js';
import { forEachBackend } from '../support/backends.js';
import { activationToMemory, type GoldenCase, parameterToMemory, readGolden } from '../support/golden.js';
import { expectClose, PARAMETER_GRADIENT_TOLERANCE } from '../support/golden-close.js';

const FAMILIES = [
  'conv',
  'padding-modes',
  'linear',
  'batch-norm',
  'normalization',
  'max-pool',
  'avg-pool',
  'adaptive-pool',
  'activation',
  'dropout',
  'flatten',
  'lazy',
];

const constructors = nn as unknown as Record<string, new (...args: unknown[]) => nn.Module>;

function toTensor({ shape, data }: HostTensor): tf.Tensor {
  return tf.tensor(data as Float32Array, [...shape], 'float32');
}

async function read(tensor: tf.Tensor) {
  return { shape: tensor.shape, data: (await tensor.data()) as Float32Array };
}

/** The module as PyTorch had it when the case began, its repr checked on the way. */
async function build(golden: GoldenCase): Promise<nn.Module> {
  const module = new constructors[golden.module]!(...golden.args, golden.options);
  if (golden.reprBefore) expect(String(module)).to.equal(golden.reprBefore);
  if (golden.materialise === 'forward') {
    run(module.eval(), golden.input, golden);
    expect(String(module)).to.equal(golden.repr);
  }
  await module.loadStateDict(golden.stateBefore);
  expect(String(module)).to.equal(golden.repr);
  return module;
}

/** A forward pass of which only the traces in the buffers matter. */
function run(module: nn.Module, input: HostTensor, { layout }: GoldenCase): void {
  tf.tidy(() => {
    module.forward(toTensor(activationToMemory(input, layout)));
  });
}

/** Output and gradients of sum(output · upstream) from one forward pass. */
async function forwardAndBackward(module: nn.Module, golden: GoldenCase) {
  const value = toTensor(activationToMemory(golden.input, golden.layout));
  const input = tf.variable(value);
  const upstream = toTensor(activationToMemory(golden.upstream, golden.outputLayout));
  const parameters = [...module.namedParameters()];
  const outputs: tf.Tensor[] = [];
  const loss = () => {
    const output = tf.keep(module.forward(input));
    outputs.push(output);
    return tf.sum(tf.mul(output, upstream)) as tf.Scalar;
  };
  const { value: total, grads } = tf.variableGrads(loss, [
    input,
    ...parameters.map(([, parameter]) => parameter.value),
  ]);
  const result = {
    output: await read(outputs[0]!),
    gradInput: await read(grads[input.name]!),
    gradParameters: new Map<string, Awaited<ReturnType<typeof read>>>(),
  };
  for (const [name, parameter] of parameters) {
    expect(parameter.shape, `shape of ${name}`).to.deep.equal([...golden.gradParameters.get(name)!.shape]);
    result.gradParameters.set(name, await read(grads[parameter.value.name]!));
  }
  tf.dispose([value, input, upstream, outputs, total, grads]);
  return result;
}

function expectSameState(got: StateDict, want: StateDict): void {
  expect([...got.keys()], 'names of the state dict').to.deep.equal([...want.keys()]);
  for (const [name, tensor] of want) {
    expect(got.get(name)!.dtype, `dtype of ${name}`).to.equal(tensor.dtype);
    expectClose(
      `state ${name}`,
      { shape: got.get(name)!.shape, data: Array.from(got.get(name)!.data, Number) },
      tensor,
    );
  }
}

async function check(golden: GoldenCase): Promise<void> {
  const module = await build(golden);
  module.train();
  for (const input of golden.warmup) run(module, input, golden);
  module.train(golden.mode === 'train');
  const { output, gradInput, gradParameters } = await forwardAndBackward(module, golden);
  expectClose('output', output, activationToMemory(golden.output, golden.outputLayout));
  expectClose('gradient of the input', gradInput, activationToMemory(golden.gradInput, golden.layout));
  expect([...gradParameters.keys()], 'parameters').to.deep.equal([...golden.gradParameters.keys()]);
  for (const [name, gradient] of golden.gradParameters) {
    const what = `gradient of ${name}`;
    expectClose(what, gradParameters.get(name)!, parameterToMemory(gradient), PARAMETER_GRADIENT_TOLERANCE);
  }
  expectSameState(await module.stateDict(), golden.stateAfter);
  module.dispose();
}

describe("PyTorch's golden values", () => {
  forEachBackend(() => {
    for (const family of FAMILIES) {
      describe(family, () => {
        for (const golden of readGolden(family)) {
          it(`${golden.module} ${golden.name}`, () => check(golden));
        }
      });
    }
  });
});
