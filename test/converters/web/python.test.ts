import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends } from 'tfjs-zoo';
import {
  openCheckpoint,
  readCheckpoint,
  writeSafetensors,
  writeTorchCheckpoint,
  writeWebFolder,
} from 'tfjs-zoo/converters';
import { pythonWith } from '../../support/tools.js';
import { folders, manifestIn, serveFolder } from './support.js';

const python = pythonWith('torch');
const script = fileURLToPath(new URL('web_torch.py', import.meta.url));
const newPath = folders();
const permutationOf = (_: string, { length }: readonly number[]) =>
  length === 4 ? [2, 3, 1, 0] : length === 2 ? [1, 0] : null;

describe('web folders, judged by PyTorch (skipped without Python and PyTorch)', function () {
  this.timeout(120_000);
  let folder: string;

  function run(what: 'make' | 'judge'): string {
    const { stdout, stderr, status } = spawnSync(python!, [script, what, folder], { encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
    return stdout;
  }

  before(function () {
    if (!python) this.skip();
    folder = newPath();
    mkdirSync(folder);
    run('make');
  });

  it('.pth → folder → .pth and .safetensors has the same tensors bit for bit, and float16 those of .half()', async () => {
    for (const dtype of ['float32', 'float16'] as const) {
      const checkpoint = await openCheckpoint(join(folder, 'original.pth'));
      const { rounded } = await writeWebFolder(checkpoint, join(folder, dtype), { dtype, permutationOf });
      await checkpoint.close();
      expect(rounded).to.deep.equal(['double']);
      const { stateDict } = await readCheckpoint(join(folder, dtype));
      await writeTorchCheckpoint(stateDict, join(folder, `${dtype}.pth`));
      await writeSafetensors(stateDict, join(folder, `${dtype}.safetensors`));
    }
    expect(run('judge')).to.equal('the same\n');
  });

  it('tf.conv2d with what tf.io.loadWeights gives answers as PyTorch does', async () => {
    await backends.use('cpu');
    const before = tf.memory().numTensors;
    const { stateDict } = await readCheckpoint(join(folder, 'golden.pth'));
    const server = await serveFolder(join(folder, 'float32'));
    const manifest = manifestIn(join(folder, 'float32')).weightsManifest as unknown as tf.io.WeightsManifestConfig;
    const weights = await tf.io.loadWeights(manifest, server.url, ['conv.weight']);
    await server.close();
    const difference = tf.tidy(() => {
      const tensorOf = (name: string) => {
        const { data, shape } = stateDict.get(name)!;
        return tf.tensor4d(data as Float32Array, shape as [number, number, number, number]); // NCHW
      };
      const image = tf.transpose(tensorOf('image'), [0, 2, 3, 1]);
      const answer = tf.conv2d(image, weights['conv.weight'] as tf.Tensor4D, 1, 'valid');
      return tf.max(tf.abs(tf.sub(tf.transpose(answer, [0, 3, 1, 2]), tensorOf('answer'))));
    });
    expect((await difference.data())[0]).to.be.below(1e-4);
    tf.dispose([weights, difference]);
    expect(tf.memory().numTensors).to.equal(before);
  });
});
