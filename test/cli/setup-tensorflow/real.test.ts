import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';
import { needsTensorflow, tensorflow } from '../../support/tools.js';
import { program, root, runNode, temporaryFolder } from '../support.js';

describe('tfjs-zoo setup-tensorflow (skipped without tfjs-node and g++)', function () {
  this.timeout(300_000);
  before(needsTensorflow);
  before(function () {
    if (spawnSync('g++', ['--version']).status !== 0) this.skip();
  });
  const parent = temporaryFolder();

  it('builds a tfjs-node that computes, against the library that this repository has', async () => {
    const project = join(realpathSync(parent), 'app');
    const library = dirname(realpathSync(tensorflow!));
    // TensorFlow.js need not be downloaded, and the library, which takes longest, is lent.
    const lent = join(project, 'node_modules/.tfjs-zoo', basename(library));
    mkdirSync(lent, { recursive: true });
    symlinkSync(join(library, 'tensorflow'), join(lent, 'tensorflow'));
    const names = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'];
    const dependencies = Object.fromEntries(names.map((name) => [name, `file:${join(root, 'node_modules', name)}`]));
    mkdirSync(join(project, 'node_modules/@tensorflow'), { recursive: true });
    for (const name of names) symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'app', dependencies }));

    const words = [join(root, ...program), 'setup-tensorflow', '--json'];
    const { code, stdout, stderr } = await runNode(words, { cwd: project });
    expect(code, stderr).to.equal(0);
    expect(stderr).to.include('compiling').and.not.include('downloading');
    const report = JSON.parse(stdout);
    expect(report).to.include({ project, built: true, gpu: false, version: '4.22.0' });
    expect(readdirSync(lent).sort()).to.deep.equal(['tensorflow', 'tfjs-node-4.22.0.node']);
    expect(JSON.parse((await runNode(words, { cwd: project })).stdout)).to.deep.equal({ ...report, built: false });

    const script = `
      const tf = require('@tensorflow/tfjs-node');
      console.log(tf.getBackend(), ...tf.conv2d(tf.ones([1, 3, 3, 1]), tf.ones([2, 2, 1, 1]), 1, 'valid').dataSync());`;
    expect((await runNode(['-e', script], { cwd: project })).stdout).to.equal('tensorflow 4 4 4 4\n');
  });
});
