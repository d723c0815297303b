import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { forEachBackend } from '../support/backends.js';
import { FAMILIES, type GoldenCase, parseGolden } from '../support/golden.js';
import { checkGolden } from '../support/golden-check.js';

function readGolden(family: string): GoldenCase[] {
  const base = new URL(`../fixtures/nn/${family}`, import.meta.url).pathname;
  return parseGolden(readFileSync(`${base}.json`, 'utf8'), readFileSync(`${base}.bin`));
}

describe("PyTorch's golden values", () => {
  // Of broadcasting, which some cases do, losses warn; tfjs warns of nothing in production.
  before(() => tf.enableProdMode());
  after(() => tf.env().set('PROD', false));

  forEachBackend(() => {
    for (const family of FAMILIES) {
      describe(family, () => {
        for (const golden of readGolden(family)) {
          it(`${golden.module} ${golden.name}`, () => checkGolden(golden));
        }
      });
    }
  });
});
