import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends } from 'tfjs-zoo';
import { needsTensorflow, tensorflow } from './tools.js';

const all = ['cpu', 'wasm', 'tensorflow'] as const;

/** The backends that Node can run here. */
export const backendNames = all.filter((name) => name !== 'tensorflow' || tensorflow);

/** Declares the same tests on every backend of Node's; each test must leave no tensor behind. */
export function forEachBackend(declare: (name: (typeof all)[number]) => void): void {
  for (const name of all) {
    describe(name === 'tensorflow' ? 'on tensorflow (skipped without tfjs-node)' : `on ${name}`, () => {
      if (name === 'tensorflow') before(needsTensorflow);
      let tensors = 0;
      beforeEach(async () => {
        await backends.use(name);
        tensors = tf.memory().numTensors;
      });
      afterEach(function () {
        if (this.currentTest?.state === 'passed')
          expect(tf.memory().numTensors, 'tensors left behind').to.equal(tensors);
      });
      declare(name);
    });
  }
}
