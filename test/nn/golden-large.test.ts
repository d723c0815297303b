import { nn } from 'tfjs-zoo';
import type { HostTensor } from '../../src/core/index.js';
import { forEachBackend } from '../support/backends.js';
import { formulaImages, formulaStateDict, formulaUpstream } from '../support/formula-weights.js';
import { activationToMemory } from '../support/golden.js';
import { type GoldenLayer, readGoldenLayers } from '../support/golden-models.js';
import { forwardAndBackward, toNumbers } from '../support/golden-run.js';
import { expectActivation, expectParameterGradient } from '../support/golden-samples.js';

const constructors = nn as unknown as Record<string, new (...args: unknown[]) => nn.Module>;

function map(tensor: HostTensor, fn: (value: number) => number): HostTensor {
  return { ...tensor, data: (tensor.data as Float32Array).map(fn) };
}

function inputOf({ inputShape, relu, layout }: GoldenLayer): HostTensor {
  const input = formulaImages(inputShape);
  return activationToMemory(relu ? map(input, (value) => Math.max(value, 0)) : input, layout);
}

function upstreamOf({ output, constant, layout }: GoldenLayer): HostTensor {
  const upstream = formulaUpstream(output.shape);
  return activationToMemory(constant ? map(upstream, () => 0.3) : upstream, layout);
}

async function check(golden: GoldenLayer): Promise<void> {
  const module = new constructors[golden.module]!(...golden.args, golden.options);
  module.loadStateDict(formulaStateDict(golden.entries));
  const got = await forwardAndBackward(module, { input: inputOf(golden), upstream: upstreamOf(golden) });
  expectActivation('output', got.output, golden.output, golden.layout);
  expectActivation('gradient of the input', got.gradInput, golden.gradInput, golden.layout);
  for (const [name, samples] of Object.entries(golden.gradParameters)) {
    expectParameterGradient(`gradient of ${name}`, got.gradParameters.get(name)!, samples);
  }
  const state = await module.stateDict();
  for (const [name, samples] of Object.entries(golden.buffers)) {
    expectActivation(`buffer ${name}`, toNumbers(state.get(name)!), samples);
  }
  module.dispose();
}

describe("PyTorch's golden values at the sizes of models", () => {
  forEachBackend(() => {
    for (const golden of readGoldenLayers()) {
      it(`${golden.module}: ${golden.name}`, () => check(golden));
    }
  });
});
