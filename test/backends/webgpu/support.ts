import { expect } from 'chai';
import { softwareGpu } from '../../support/tools.js';
import { runWith, type Stand } from '../tensorflow/support.js';

// A process of its own for each: the loader of Vulkan's is found by a variable that must be there from the beginning.

/** The packages that 'auto' prefers to webgpu. */
export const noTensorflow: Record<string, Stand> = {
  '@tensorflow/tfjs-node': 'missing',
  '@tensorflow/tfjs-node-gpu': 'missing',
};

/** What a script makes of `result`, in a process that has a GPU in software. It has to end by itself. */
export async function resultOf(script: string, packages: Record<string, Stand> = {}, env = {}): Promise<unknown> {
  const whole = `
    import * as tf from '@tensorflow/tfjs-core';
    import { backends, nn } from 'tfjs-zoo';
    tf.enableProdMode();
    let result;
    const failureOf = (promise) => promise.then(() => 'none', (error) => error.name + ': ' + error.message);
    ${script}
    console.log(JSON.stringify(result));`;
  const { code, stdout, stderr } = await runWith(packages, whole, { ...softwareGpu, ...env });
  expect([code, stderr]).to.deep.equal([0, '']);
  return JSON.parse(stdout);
}
