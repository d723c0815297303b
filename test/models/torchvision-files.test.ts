import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { createModel, type models } from 'tfjs-zoo';
import { openCheckpoint } from 'tfjs-zoo/converters';
import { forEachBackend } from '../support/backends.js';
import { activationToMemory } from '../support/golden.js';
import { read, toTensor } from '../support/golden-run.js';
import { pythonWith } from '../support/tools.js';

const script = fileURLToPath(new URL('make_files.py', import.meta.url));
const python = pythonWith('torchvision');

const files: readonly [model: models.ModelName, format: 'zip' | 'legacy', dtype: string][] = [
  ['resnet18', 'legacy', 'float32'],
  ['squeezenet1_1', 'legacy', 'float32'],
  ['googlenet', 'legacy', 'float32'],
  ['resnet18', 'legacy', 'float16'],
  ['mobilenet_v2', 'zip', 'float16'],
  ['densenet121', 'zip', 'float16'],
  ['mobilenet_v2', 'zip', 'bfloat16'],
];

/** The images of make_files.py: ever finer waves. */
const shape = [2, 3, 96, 96];
const images = Float32Array.from({ length: 2 * 3 * 96 * 96 }, (_, i) => Math.sin((i * i) / 1e5));

/** The largest difference. */
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));

describe("torchvision's classics in files of its own (skipped without Python's torchvision)", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-files-'));
  let logits: Record<string, [number[], number[]]>;
  before(function () {
    if (!python) return this.skip();
    execFileSync(python, [script, folder, ...files.map((file) => file.join('-'))]);
    logits = JSON.parse(readFileSync(join(folder, 'logits.json'), 'utf8'));
  });
  after(() => rmSync(folder, { recursive: true }));

  forEachBackend((backend) => {
    if (backend === 'cpu') return;
    for (const [name, format, dtype] of files) {
      if (backend === 'tensorflow' && name !== 'mobilenet_v2') continue; // the files are read as on wasm
      it(`${name} gives torchvision's logits, of ${dtype} in the ${format} format`, async () => {
        const file = [name, format, dtype].join('-');
        const weights = join(folder, `${file}.pth`);
        const checkpoint = await openCheckpoint(weights);
        const dtypes = new Set(checkpoint.entries.map((entry) => entry.dtype));
        await checkpoint.close();
        expect(checkpoint.format).to.equal(`pytorch-${format}`);
        dtypes.delete('int64'); // the counters of batches
        expect([...dtypes]).to.deep.equal([dtype]);

        using model: models.ImageModel = await createModel(name, { weights });
        model.eval();
        const input = toTensor(activationToMemory({ dtype: 'float32', shape, data: images }, 'batched'));
        const output = model.forward(input);
        const got = await read(output);
        tf.dispose([input, output]);

        const want = logits[file]!;
        const largest = Math.max(...want.flat().map(Math.abs));
        expect(got.shape).to.deep.equal([2, 1000]);
        expect(distance(...want), 'the two images are told apart').to.be.above(largest / 100);
        expect(distance(got.data, want.flat())).to.be.below(largest * 1e-4);
      });
    }
  });
});
