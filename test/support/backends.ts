import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends } from 'tfjs-zoo';

export const backendNames = ['cpu', 'wasm'] as const;

/** Declares the same tests on every backend that this machine can run; each test must leave no tensor behind. */
export function forEachBackend(declare: (name: (typeof backendNames)[number]) => void): void {
  for (const name of backendNames) {
    describe(`on ${name}`, () => {
      let before = 0;
      beforeEach(async () => {
        await backends.use(name);
        before = tf.memory().numTensors;
      });
      afterEach(function () {
        if (this.currentTest?.state === 'passed')
          expect(tf.memory().numTensors, 'tensors left behind').to.equal(before);
      });
      declare(name);
    });
  }
}
