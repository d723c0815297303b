import { spawn } from 'node:child_process';
import { expect } from 'chai';
import { python } from '../support/tools.js';
import { outcomeOf, program, root, temporaryFolder, writeLenet } from './support.js';

/** Runs tfjs-zoo in a pseudo-terminal, which carries stdout and stderr alike. */
async function inTerminal(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const script = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';
  // Node takes a terminal on CI for one without colours.
  const { NO_COLOR: _, CI: __, ...inherited } = process.env;
  const child = spawn(python!, ['-c', script, process.execPath, ...program, ...words], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...inherited, TERM: 'xterm', ...env },
  });
  const { code, stdout, stderr } = await outcomeOf(child);
  expect(code, stderr).to.equal(0);
  return stdout;
}

describe('tfjs-zoo in a terminal (skipped without Python)', function () {
  this.timeout(120_000);
  const weights = writeLenet(temporaryFolder());
  const words = ['classify', 'examples/images', '--model', 'lenet', '--weights', weights];

  before(function () {
    if (!python) this.skip();
  });

  it('shows how much of the weights is loaded, and colours', async () => {
    const text = await inTerminal(words);
    expect(text).to.match(/Loading █* ?░* [\d.]+ K?i?B of 24\d\.\d KiB/);
    expect(text).to.include('\u001b[1mexamples/images/chelsea.png\u001b[22m');
    expect(text, 'the results are the progress').not.to.include('Classifying');
  });

  it('shows how many images are done where they are not printed one by one', async () => {
    expect(await inTerminal([...words, '--json'])).to.match(/Classifying █*░* 2 of 3/);
  });

  it('leaves colours out when NO_COLOR is set', async () => {
    expect(await inTerminal(words, { NO_COLOR: '1' })).to.include('examples/images/chelsea.png  ');
  });
});
