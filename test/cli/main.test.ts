import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { outcomeOf, program, root, runNode, temporaryFolder, tfjsZoo, writeLenet } from './support.js';

describe('tfjs-zoo', () => {
  const lenet = writeLenet(temporaryFolder());

  it('lists its commands with --help, on stdout', async () => {
    const { code, stdout, stderr } = await tfjsZoo('--help');
    expect([code, stderr]).to.deep.equal([0, '']);
    for (const name of ['classify', 'models', 'summary', 'visualize', 'inspect', 'convert', 'cache', 'doctor'])
      expect(stdout).to.match(new RegExp(`^  ${name} `, 'm'));
  });

  for (const [name, option] of [
    ['classify', '--backend NAME'],
    ['models', '--json'],
    ['summary', '--input N,H,W,C'],
    ['visualize', '-o, --out FILE.png'],
    ['inspect', '--key KEY'],
    ['train', '--resume'],
    ['evaluate', '--confusion'],
    ['convert', '--verify IMAGES'],
    ['cache', '--all'],
    ['setup-tensorflow', '--gpu'],
  ] as const) {
    it(`explains ${name} with --help, whatever else is said`, async () => {
      const { code, stdout, stderr } = await tfjsZoo(name, '--nonsense', '-h');
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout)
        .to.match(new RegExp(`^Usage: tfjs-zoo ${name}`))
        .and.include(option)
        .and.include('--help');
    });
  }

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
    expect(await tfjsZoo('--version')).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  const wrong: readonly (readonly [words: string, message: string])[] = [
    [
      '',
      'tfjs-zoo: expected a command (classify, models, summary, draw, visualize, inspect, train, evaluate, convert, cache, doctor, setup-tensorflow), got none. See tfjs-zoo --help.',
    ],
    [
      'clasify',
      "tfjs-zoo: expected a command (classify, models, summary, draw, visualize, inspect, train, evaluate, convert, cache, doctor, setup-tensorflow), got 'clasify'. See tfjs-zoo --help.",
    ],
    [
      'toString',
      "tfjs-zoo: expected a command (classify, models, summary, draw, visualize, inspect, train, evaluate, convert, cache, doctor, setup-tensorflow), got 'toString'. See",
    ],
    [
      'models --jsno',
      'tfjs-zoo models: expected options among --include, --json, got --jsno. See tfjs-zoo models --help.',
    ],
    ['models -j', 'tfjs-zoo models: expected options among --include, --json, got -j.'],
    ['models --json=yes', "tfjs-zoo models: expected no value for --json, got 'yes'."],
    ['models alexnet', "tfjs-zoo models: expected no arguments, got 'alexnet'."],
    ['inspect', 'tfjs-zoo inspect: expected one checkpoint file, got none. See tfjs-zoo inspect --help.'],
    ['inspect a.pth b.pth', "tfjs-zoo inspect: expected one checkpoint file, got 'a.pth', 'b.pth'."],
    ['inspect a.pth --key', 'tfjs-zoo inspect: expected --key KEY, got no value. See'],
    [
      'inspect a.pth --key --json',
      "tfjs-zoo inspect: expected --key KEY, got '--json'. Write --key=--json if you mean it.",
    ],
  ];
  for (const [words, message] of wrong) {
    it(`exits with 2 and one line when called as: tfjs-zoo ${words}`, async () => {
      const { code, stdout, stderr } = await tfjsZoo(...words.split(' ').filter(Boolean));
      expect(stderr)
        .to.match(/^[^\n]*\n$/)
        .and.satisfy((text: string) => text.startsWith(message), message);
      expect([code, stdout]).to.deep.equal([2, '']);
    });
  }

  it('shows where an error comes from only on demand', async () => {
    const { code, stderr } = await runNode([...program, 'inspect', 'no-such.pth'], {
      env: { ...process.env, TFJS_ZOO_DEBUG: '1' },
    });
    expect(code).to.equal(1);
    expect(stderr).to.match(/^tfjs-zoo inspect: no-such\.pth: .*\n(.*\n)*\s+at .*file\.js/);
  });

  it('says nothing when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [...program, 'inspect', lenet], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const { code, stderr } = await outcomeOf(child);
    expect([code, stderr]).to.deep.equal([0, '']);
  });

  it('exits with 130 when interrupted, and says nothing', async () => {
    const images = Array.from({ length: 500 }, () => 'examples/images/chelsea.png');
    const words = [...program, 'classify', ...images, '--model', 'lenet', '--weights', lenet];
    const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const outcome = outcomeOf(child);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, stderr } = await outcome;
    expect([code, stderr]).to.deep.equal([130, '']);
  });
});
