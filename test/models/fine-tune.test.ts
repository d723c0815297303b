import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createAlexNet, manualSeed, nn } from 'tfjs-zoo';
import { writeTorchCheckpoint } from 'tfjs-zoo/converters';
import { forEachBackend } from '../support/backends.js';
import { formulaImages } from '../support/formula-weights.js';
import { activationToMemory } from '../support/golden.js';
import { expectClose } from '../support/golden-close.js';
import { read, toTensor } from '../support/golden-run.js';
import { pythonWith } from '../support/tools.js';

const checkpoint = fileURLToPath(new URL('../fixtures/docs/alexnet.pth', import.meta.url));
const script = fileURLToPath(new URL('fine_tune.py', import.meta.url));
const python = pythonWith('torchvision');

const images = formulaImages([2, 3, 71, 95]);
const labels = [3, 0];
const lr = 0.001;

/** What torchvision's AlexNet answers with this head, before and after a step. */
async function judge(head: nn.AnyModule): Promise<[untrained: number[][], trained: number[][]]> {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-fine-tune-'));
  try {
    const state = new Map<string, unknown>(await head.stateDict());
    state.set('images', images).set('lr', lr);
    state.set('labels', { dtype: 'int64', shape: [2], data: BigInt64Array.from(labels, BigInt) });
    const file = join(folder, 'state.pth');
    await writeTorchCheckpoint(state, file);
    return JSON.parse(execFileSync(python!, [script, checkpoint, file], { encoding: 'utf8' }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function expectLogits(what: string, got: Parameters<typeof expectClose>[1], want: number[][]): void {
  expectClose(what, got, { shape: [want.length, want[0]!.length], data: want.flat() });
}

describe("fine-tuning a head of other classes beside torchvision's (skipped without Python's torchvision)", () => {
  before(function () {
    if (!python) this.skip();
  });

  forEachBackend(() => {
    it('gives the same logits, before and after a step on the head alone', async () => {
      manualSeed(1);
      using model = await createAlexNet({ weights: checkpoint, numClasses: 5 });
      model.eval().requiresGrad(false);
      const head = model.classifier.at(-1)!.requiresGrad();
      const [untrained, trained] = await judge(head);
      const x = toTensor(activationToMemory(images, 'batched'));
      const targets = tf.tensor1d(labels, 'int32');
      const first = model.forward(x);
      expectLogits('logits of the fresh head', await read(first), untrained);

      const loss = new nn.CrossEntropyLoss();
      const weights = [...head.parameters()].map((parameter) => parameter.value);
      const optimizer = tf.train.sgd(lr);
      optimizer.minimize(() => loss.forward(model.forward(x), targets), false, weights);
      const second = model.forward(x);
      expectLogits('logits after a step', await read(second), trained);
      const change = trained.flat().map((logit, i) => Math.abs(logit - untrained.flat()[i]!));
      expect(Math.max(...change), 'the largest change').to.be.greaterThan(0.1);
      optimizer.dispose();
      tf.dispose([x, targets, first, second]);
    });
  });
});
