import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { serveFile, slow } from '../support/file-server.js';
import { python } from '../support/tools.js';
import { sha256, withoutOurVariables } from '../weights/support.js';
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
  withoutOurVariables();
  const folder = temporaryFolder();
  const weights = writeLenet(folder);
  const words = ['classify', 'examples/images', '--model', 'lenet', '--weights', weights];

  before(function () {
    if (!python) this.skip();
  });

  it('shows how much of the weights is loaded, and colours', async () => {
    const text = await inTerminal(words);
    expect(text).to.match(/Reading █* ?░* [\d.]+ K?i?B of 24\d\.\d KiB/);
    expect(text).to.include('\u001b[1mexamples/images/chelsea.png\u001b[22m');
    expect(text, 'the results are the progress').not.to.include('Classifying');
  });

  it('shows how much of the weights is downloaded, and then read', async () => {
    const file = readFileSync(weights);
    const server = await serveFile(file, slow(50_000, 50));
    const entry = {
      model: 'lenet',
      name: 'TEST',
      isDefault: true,
      url: server.url,
      sha256: sha256(file),
      size: { bytes: file.length },
    };
    const text = await inTerminal(words.slice(0, -2), {
      NODE_OPTIONS: '--import ./test/cli/register-weights.mjs',
      TFJS_ZOO_TEST_ENTRY: JSON.stringify(entry),
      TFJS_ZOO_CACHE: join(folder, 'cache'),
    });
    await server.close();
    expect(text).to.match(/Downloading █+░* [\d.]+ KiB of 24\d\.\d KiB[\s\S]*Reading █+░* [\d.]+ KiB of 24\d\.\d KiB/);
  });

  it('shows how many images are done where they are not printed one by one', async () => {
    expect(await inTerminal([...words, '--json'])).to.match(/Classifying █*░* 2 of 3/);
  });

  it('leaves colours out when NO_COLOR is set', async () => {
    expect(await inTerminal(words, { NO_COLOR: '1' })).to.include('examples/images/chelsea.png  ');
  });
});
