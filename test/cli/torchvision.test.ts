import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Prediction } from 'tfjs-zoo/models';
import { imagenetCategories } from 'tfjs-zoo/weights';
import { pythonWith } from '../support/tools.js';
import { outcomeOf, program, root, runNode, temporaryFolder } from './support.js';

const python = pythonWith('torchvision', 'PIL');
const images = ['chelsea.png', 'coffee.png', 'rocket.jpg'].map((name) => `examples/images/${name}`);

/** Of the peak memory to the checkpoint's size. */
const memoryLimit = 2.75;

describe("tfjs-zoo classify beside torchvision's AlexNet (skipped without Python's torchvision)", function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  const weights = join(folder, 'alexnet.pth');

  before(async function () {
    if (!python) return this.skip();
    const child = spawn(python, ['test/cli/make_alexnet.py', folder, ...images], { cwd: root });
    const { code, stderr } = await outcomeOf(child);
    expect(code, stderr).to.equal(0);
  });

  it('gives the same logits, within 2.75 times the memory of the checkpoint', async () => {
    const asked = [...images, join(folder, 'decoded.png')];
    const words = ['--import', './test/cli/print-peak.mjs', ...program, 'classify', ...asked];
    const { code, stdout, stderr } = await runNode([...words, '--weights', weights, '--top', '1000', '--json']);
    expect(code, stderr).to.equal(0);
    const logits: number[][] = JSON.parse(readFileSync(join(folder, 'logits.json'), 'utf8'));
    const wanted = [...logits, logits.at(-1)!]; // the JPEG's, of the pixels that Pillow decodes
    const results: { predictions: Prediction[] }[] = JSON.parse(stdout);
    for (const [index, image] of asked.entries()) {
      const want = wanted[index]!;
      const largest = Math.max(...want.map(Math.abs));
      const { predictions } = results[index]!;
      const error = Math.max(...predictions.map(({ classIndex, logit }) => Math.abs(logit - want[classIndex]!)));
      expect(error / largest, image).to.be.below(image.endsWith('.png') ? 1e-4 : 3e-2);
      if (image.endsWith('.png')) {
        const best = [...want.keys()].sort((a, b) => want[b]! - want[a]!);
        expect(predictions.slice(0, 5).map(({ classIndex }) => classIndex)).to.deep.equal(best.slice(0, 5));
      }
      for (const { classIndex, label } of predictions) expect(label).to.equal(imagenetCategories[classIndex]);
      expect(predictions.reduce((sum, { probability }) => sum + probability, 0)).to.be.closeTo(1, 1e-6);
    }
    const peak = Number(/^peak (\d+) KiB$/m.exec(stderr)?.[1]) * 1024;
    expect(peak / statSync(weights).size).to.be.within(1, memoryLimit);
  });
});
