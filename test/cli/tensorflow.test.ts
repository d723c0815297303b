import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Prediction } from 'tfjs-zoo/models';
import { needsTensorflow, pythonWith } from '../support/tools.js';
import { outcomeOf, root, temporaryFolder, tfjsZoo, writeLenet } from './support.js';

const image = 'examples/images/chelsea.png';
const python = pythonWith('torchvision', 'PIL');

describe('tfjs-zoo classify --backend tensorflow (skipped without tfjs-node)', function () {
  this.timeout(300_000);
  before(needsTensorflow);
  const folder = temporaryFolder();

  it('prints nothing but results', async () => {
    const words = ['classify', image, '--model', 'lenet', '--weights', writeLenet(folder), '--top', '2'];
    const { code, stdout, stderr } = await tfjsZoo(...words, '--backend', 'tensorflow');
    expect([code, stderr]).to.deep.equal([0, '']);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).to.match(/^examples\/images\/chelsea\.png {2}[\d.]+ m?s$/);
    expect(lines.at(-1)).to.match(/^1 image in [\d.]+ m?s with lenet on tensorflow; weights loaded in [\d.]+ m?s$/);
    expect(lines).to.have.length(5);
  });

  it("gives torchvision's logits of AlexNet (skipped without Python's torchvision)", async function () {
    if (!python) return this.skip();
    const made = await outcomeOf(spawn(python, ['test/cli/make_alexnet.py', folder, image], { cwd: root }));
    expect(made.code, made.stderr).to.equal(0);
    const words = ['classify', image, '--weights', join(folder, 'alexnet.pth'), '--top', '1000', '--json'];
    const { code, stdout, stderr } = await tfjsZoo(...words, '--backend', 'tensorflow');
    expect([code, stderr]).to.deep.equal([0, '']);
    const [want]: number[][] = JSON.parse(readFileSync(join(folder, 'logits.json'), 'utf8'));
    const [{ predictions }]: [{ predictions: Prediction[] }] = JSON.parse(stdout);
    expect(predictions).to.have.length(1000);
    const largest = Math.max(...want!.map(Math.abs));
    for (const { classIndex, logit } of predictions) expect(logit).to.be.closeTo(want![classIndex]!, 1e-4 * largest);
  });
});
