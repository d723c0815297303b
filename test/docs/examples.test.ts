import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeProject, root } from './support.js';

const fixtures = 'test/fixtures/docs';

/** Runs an example from the package's folder, as its first lines say. */
function run(example: string, ...args: string[]): string[] {
  const options = ['--conditions=tfjs-zoo-source', '--import=tsx'];
  const output = execFileSync(process.execPath, [...options, `examples/${example}`, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return output.trimEnd().split('\n');
}

describe('the examples', () => {
  it('are short', () => {
    for (const name of readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.ts'))) {
      expect(readFileSync(join(root, 'examples', name), 'utf8').split('\n').length, name).to.be.at.most(41);
    }
  });

  it('01 names three classes for each photograph', () => {
    const images = ['examples/images/chelsea.png', 'examples/images/rocket.jpg'];
    const lines = run('01-classify.ts', `${fixtures}/alexnet.pth`, ...images);
    expect(lines[0]).to.equal('chelsea.png');
    expect(lines[4]).to.equal('rocket.jpg');
    expect(lines).to.have.length(8);
    for (const index of [1, 2, 3, 5, 6, 7]) expect(lines[index]).to.match(/^ {2}\d+\.\d % {2}\S/);
  });

  it("02 prints PyTorch's repr and PyTorch's logits", () => {
    const want = JSON.parse(readFileSync(join(root, fixtures, 'expected.json'), 'utf8'));
    const lines = run('02-port-a-pytorch-model.ts', `${fixtures}/lenet.pth`);
    expect(lines.slice(0, -1).join('\n')).to.equal(want.repr.replace('Sequential(', 'Digits('));
    const logits = lines.at(-1)!.split(' ').map(Number);
    expect(logits).to.have.length(10);
    for (const [index, logit] of logits.entries()) expect(logit).to.be.closeTo(want.ones[index], 1e-4);
  });

  it('03 lists the tensors of a checkpoint', () => {
    const { largest } = JSON.parse(readFileSync(join(root, fixtures, 'expected.json'), 'utf8'));
    const lines = run('03-read-a-checkpoint.ts', `${fixtures}/lenet.pth`);
    expect(lines[0]).to.equal('pytorch-zip');
    expect(lines[1]).to.equal(`0.weight float32 [6, 1, 5, 5], at most ${largest.toPrecision(4)}`);
    expect(lines.map((line) => line.split(' ')[0])).to.deep.equal([
      'pytorch-zip',
      ...['0.weight', '0.bias', '3.weight', '3.bias', '7.weight', '7.bias'],
    ]);
  });

  it('04 trains on Fashion-MNIST, says by what, and goes on where it was stopped', () => {
    const project = makeProject();
    try {
      const run04 = (epochs: string) =>
        run('04-train-fashion-mnist.ts', epochs, join(project.folder, 'lenet'), join(project.folder, 'data'));
      const lines = run04('2');
      expect(lines[0]).to.match(
        /^training on (tensorflow: libtensorflow .* by @tensorflow\/tfjs-node|wasm: \d threads)/,
      );
      expect(lines[1]).to.match(/^epoch [12] is the best: accuracy [01]/);
      run04('3');
      const history = readFileSync(join(project.folder, 'lenet/history.jsonl'), 'utf8').trimEnd().split('\n');
      expect(history.map((line) => JSON.parse(line).epoch)).to.deep.equal([1, 2, 3]);
    } finally {
      project.remove();
    }
  }).timeout(120_000);
});
