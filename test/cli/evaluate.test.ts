import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { images, labels, writeFiles } from '../datasets/support.js';
import { temporaryFolder, tfjsZoo, writeLenet } from './support.js';

describe('tfjs-zoo evaluate', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const weights = writeLenet(folder); // 7 classes
  const data = join(folder, 'data');

  before(() => {
    mkdirSync(data);
    writeFiles(data, {
      't10k-images-idx3-ubyte': images(3),
      't10k-labels-idx1-ubyte': labels([9, 2, 1]),
    });
  });

  const base = ['evaluate', '--model', 'lenet', '--weights', weights, '--root', data, '--backend', 'cpu'];

  for (const [given, code, text] of [
    [['evaluate', '--model', 'lenet'], 2, 'expected both --model NAME and --data NAME|FOLDER, got less.'],
    [
      [...base, '--data', 'mnist', '--batch-size', 'all'],
      2,
      "expected a positive integer for --batch-size, got 'all'.",
    ],
    [
      [...base, '--data', 'mnist'],
      1,
      'expected data of 7 classes, as many as the model tells apart, got 10: 0 - zero, 1 - one, 2 - two, 3 - three, 4 - four …. Choose the data',
    ],
  ] as const) {
    it(`refuses ${given.slice(1).join(' ').replaceAll(folder, '')}`, async () => {
      const { code: exit, stdout, stderr } = await tfjsZoo(...given);
      expect([exit, stdout], stderr).to.deep.equal([code, '']);
      expect(stderr.startsWith(`tfjs-zoo evaluate: ${text}`), stderr).to.equal(true);
      expect(stderr.trimEnd().split('\n')).to.have.length(1);
    });
  }
});
