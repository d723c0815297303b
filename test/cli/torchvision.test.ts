import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Prediction } from 'tfjs-zoo/models';
import { imagenetCategories } from 'tfjs-zoo/weights';
import { cut, ranged, serveFile } from '../support/file-server.js';
import { pythonWith } from '../support/tools.js';
import { sha256, withoutOurVariables } from '../weights/support.js';
import { outcomeOf, program, root, runNode, temporaryFolder } from './support.js';

const python = pythonWith('torchvision', 'PIL');
const images = ['chelsea.png', 'coffee.png', 'rocket.jpg'].map((name) => `examples/images/${name}`);

/** Of the peak memory to the checkpoint's size. */
const memoryLimit = 2.5;

describe("tfjs-zoo classify beside torchvision's AlexNet (skipped without Python's torchvision)", function () {
  this.timeout(300_000);
  withoutOurVariables();
  const folder = temporaryFolder();
  const weights = join(folder, 'alexnet.pth');

  before(async function () {
    if (!python) return this.skip();
    const child = spawn(python, ['test/cli/make_alexnet.py', folder, ...images], { cwd: root });
    const { code, stderr } = await outcomeOf(child);
    expect(code, stderr).to.equal(0);
  });

  it('gives the same logits, within 2.5 times the memory of the checkpoint', async () => {
    const asked = [...images, join(folder, 'decoded.png')];
    const words = ['--import', './test/cli/print-peak.mjs', ...program, 'classify', ...asked, '--backend', 'wasm'];
    const { code, stdout, stderr } = await runNode([...words, '--weights', weights, '--top', '1000', '--json']);
    expect(code, stderr).to.equal(0);
    expectLogits(stdout, asked);
    const peak = Number(/^peak (\d+) bytes$/m.exec(stderr)?.[1]);
    expect(peak / statSync(weights).size).to.be.within(1, memoryLimit);
  });

  it('gives the same logits of weights that it downloads, over a connection that breaks, and then of those it has', async () => {
    const file = readFileSync(weights);
    const server = await serveFile(file, cut(100_000_000, 5000), ranged);
    const entry = {
      model: 'alexnet',
      name: 'IMAGENET1K_V1',
      isDefault: true,
      url: server.url,
      sha256: sha256(file).slice(0, 8),
      size: { mebibytes: Number((file.length / 2 ** 20).toFixed(3)) },
      categories: imagenetCategories,
    };
    const cache = join(folder, 'cache');
    const env = { ...process.env, TFJS_ZOO_CACHE: cache, TFJS_ZOO_TEST_ENTRY: JSON.stringify(entry) };
    const words = [
      '--import',
      './test/cli/register-weights.mjs',
      ...program,
      'classify',
      '--model',
      'alexnet',
      ...images,
    ];
    const run = () => runNode([...words, '--top', '1000', '--json'], { env });
    const first = await run();
    expect([first.code, first.stderr]).to.deep.equal([0, '']);
    expectLogits(first.stdout, images);
    expect(server.asked[0]).to.equal('all');
    expect(server.asked[1]).to.match(/^bytes=\d+-$/);
    await server.close();
    const second = await run();
    expect([second.code, second.stderr]).to.deep.equal([0, '']);
    expectLogits(second.stdout, images);
    expect(server.asked).to.have.length(2);
    expect(readdirSync(cache)).to.have.length(2);
  });

  /** Checks what `classify --json` printed of images. */
  function expectLogits(stdout: string, asked: readonly string[]): void {
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
  }
});
