import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../../src/cli/command.js';
import train from '../../src/cli/train.js';
import { idx, labels, writeFiles } from '../datasets/support.js';
import { type Outcome, outcomeOf, program, root, temporaryFolder, tfjsZoo } from './support.js';

/** Images of 28 × 28 with a bright square whose place tells the class. */
function squares(count: number): Uint8Array<ArrayBuffer> {
  const isBright = (image: number, row: number, column: number) =>
    Math.floor(row / 7) === image % 4 && Math.floor(column / 7) === (image >> 1) % 4;
  const pixels = Uint8Array.from({ length: count * 784 }, (_, i) => {
    const [image, place] = [Math.floor(i / 784), i % 784];
    return isBright(image, Math.floor(place / 28), place % 28) ? 250 : (i * 31) % 40;
  });
  return idx([count, 28, 28], pixels);
}

const classOf = (count: number) => labels(Array.from({ length: count }, (_, image) => image % 4));

describe('tfjs-zoo train', function () {
  this.timeout(240_000);
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  const out = (name: string) => join(folder, name);
  /** Ten steps an epoch. */
  const words = ['train', '--model', 'lenet', '--data', 'fashion-mnist', '--root', data, '--batch-size', '4'].concat(
    ['--lr', '0.05', '--momentum', '0.9', '--schedule', 'step:1:0.5', '--epochs', '3'],
    ['--backend', 'wasm', '--threads', '1', '--seed', '7'],
  );

  before(() => {
    mkdirSync(data);
    writeFiles(data, {
      'train-images-idx3-ubyte': squares(40),
      'train-labels-idx1-ubyte': classOf(40),
      't10k-images-idx3-ubyte': squares(10),
      't10k-labels-idx1-ubyte': classOf(10),
    });
  });

  /** The history without how long it took. */
  const historyIn = (name: string) =>
    readFileSync(join(out(name), 'history.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => ({ ...JSON.parse(line), seconds: 0 }));

  const changed = (given: readonly string[], option: string, value: string) =>
    given.map((word, i) => (given[i - 1] === option ? value : word));

  let whole: Outcome;

  before('an unbroken training', async () => {
    whole = await tfjsZoo(...words, '--out', out('whole'), '--json');
  });

  it('comes to its end: history on stdout, progress on stderr, files in the folder', () => {
    expect(whole.code, whole.stderr).to.equal(0);
    const records = whole.stdout.trimEnd().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: one thought
    expect(records.map(({ epoch, step }) => [epoch, step])).to.deep.equal([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect(records[2].train.loss).to.be.below(records[0].train.loss);
    expect(historyIn('whole')).to.deep.equal(records.map((record) => ({ ...record, seconds: 0 })));
    const [begin, ...epochs] = whole.stderr.trimEnd().split('\n');
    expect(begin).to.match(/^tfjs-zoo train: lenet on fashion-mnist begins: 10 steps an epoch, sgd, lr 0\.05; wasm/);
    expect(epochs.map((line) => line.slice(0, 13))).to.deep.equal(['Epoch 1 of 3:', 'Epoch 2 of 3:', 'Epoch 3 of 3:']);
    const files = [
      'best.pth',
      'curves.png',
      'curves.svg',
      'history.jsonl',
      'last.pth',
      'previous.pth',
      'settings.json',
    ];
    expect(readdirSync(out('whole')).sort()).to.deep.equal(files);
  });

  it('gives weights that evaluate measures alike', async () => {
    const { validation } = historyIn('whole').reduce((a, b) => (b.validation.loss < a.validation.loss ? b : a));
    const weights = join(out('whole'), 'best.pth');
    const { code, stdout, stderr } = await tfjsZoo(
      ...['evaluate', '--model', 'lenet', '--weights', weights, '--data', 'fashion-mnist', '--root', data],
      ...['--backend', 'wasm', '--confusion', '--json'],
    );
    expect(code, stderr).to.equal(0);
    const result = JSON.parse(stdout);
    expect(result.accuracy).to.equal(validation.accuracy);
    expect(result.loss).to.be.closeTo(validation.loss, 1e-6);
    expect(result.confusion.flat().reduce((sum: number, count: number) => sum + count)).to.equal(10);
  });

  it('does not overwrite a training', async () => {
    const { code, stderr } = await tfjsZoo(...words, '--out', out('whole'));
    expect([code, stderr]).to.deep.equal([
      1,
      `tfjs-zoo train: expected no training in ${out('whole')}, got one. Go on with it by --resume, or choose another --out.\n`,
    ]);
  });

  it('does not go on with other settings', async () => {
    const { code, stderr } = await tfjsZoo('train', '--resume', '--out', out('whole'), '--lr', '0.1');
    expect([code, stderr]).to.deep.equal([
      1,
      `tfjs-zoo train: expected the settings of the training in ${out('whole')} (--lr 0.05), got --lr 0.1. Leave them out, or choose another --out.\n`,
    ]);
  });

  /** Begins or goes on, and sends a signal when so many epochs are done. */
  async function stopped(name: string, signal: NodeJS.Signals, epochs: number, ...given: string[]): Promise<Outcome> {
    const child = spawn(process.execPath, [...program, ...given, '--out', out(name), '--save-every', '1'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.on('data', (text) => String(text).includes(`Epoch ${epochs} of`) && child.kill(signal));
    return outcomeOf(child);
  }

  it('stopped by Ctrl-C and killed, comes to the numbers of an unbroken one', async () => {
    const first = await stopped('broken', 'SIGINT', 1, ...words);
    expect(first.code, first.stderr).to.equal(130);
    expect(first.stderr).to.match(
      /\ntfjs-zoo train: stopped behind epoch [12], batch \d+, and saved\. Go on with tfjs-zoo train --resume --out .*broken\n$/,
    );
    await stopped('broken', 'SIGKILL', 2, 'train', '--resume', '--backend', 'wasm', '--threads', '1');
    const { code, stdout, stderr } = await tfjsZoo(
      ...['train', '--resume', '--out', out('broken'), '--backend', 'wasm', '--threads', '1'],
    );
    expect(code, stderr).to.equal(0);
    expect(stderr).to.match(/^tfjs-zoo train: lenet on fashion-mnist goes on behind epoch \d, batch \d+:/);
    expect(stdout).to.match(
      /^Best of 3 epochs: \d, validation loss [\d.]+, accuracy [\d.]+\. Its weights: .*best\.pth\n/,
    );
    expect(stdout).to.include(`--data fashion-mnist --root ${data}`);
    expect(historyIn('broken')).to.deep.equal(historyIn('whole'));
  });

  it('begins with --resume where there is none yet, and goes on to more epochs', async () => {
    const resume = [...words, '--resume', '--out', out('longer')];
    const first = await tfjsZoo(...changed(resume, '--epochs', '1'));
    expect(first.stderr).to.include(`tfjs-zoo train: there is no training in ${out('longer')} yet: it begins.\n`);
    const { code, stderr } = await tfjsZoo(...resume);
    expect(code, stderr).to.equal(0);
    expect(historyIn('longer')).to.deep.equal(historyIn('whole'));
  });

  it('ends with one line where the loss explodes', async () => {
    const { code, stderr } = await tfjsZoo(...changed(words, '--lr', '1e30'), '--out', out('exploded'));
    expect(code).to.equal(1);
    expect(stderr.trimEnd().split('\n').at(-1)).to.match(
      /^tfjs-zoo train: Trainer: expected a finite loss, got (NaN|Infinity) at epoch 1, batch \d of 10, learning rate 1e\+30\./,
    );
  });

  const base = ['--model', 'lenet', '--data', 'fashion-mnist'];
  for (const [given, text] of [
    [[], 'expected --model NAME and --data NAME|FOLDER, or --resume with --out FOLDER, got less.'],
    [['--model', 'lenett', '--data', 'mnist'], "expected --model among \\d+, got 'lenett'. The nearest: lenet, "],
    [[...base, '--lr', 'fast'], "expected a number of 0 or more for --lr, got 'fast'."],
    [[...base, '--epochs', '0'], "expected a positive integer for --epochs, got '0'."],
    [[...base, '--seed', '1.5'], "expected an integer of 0 or more for --seed, got '1.5'."],
    [[...base, '--clip-norm', '0'], "expected a positive number for --clip-norm, got '0'."],
    [
      ['--model', 'alexnet', '--data', 'mnist', '--dropout', '2'],
      "expected a number from 0 to 1 for --dropout, got '2'.",
    ],
    [[...base, '--dropout', '0.5'], 'expected a model with dropout for --dropout, got lenet. Leave it out.'],
    [
      [...base, '--momentum', '0.9', '--optimizer', 'adam'],
      'expected --momentum with sgd or rmsprop, got it with adam.',
    ],
    [[...base, '--schedule', 'stairs:3'], "expected --schedule cosine, step:EVERY:FACTOR, .*, got 'stairs:3'."],
    [[...base, '--schedule', 'step:0:0.1'], "expected a positive integer for --schedule, got '0'."],
    [[...base, '--schedule', 'plateau:3:1'], "expected a factor below 1 for --schedule, got '1'."],
    [
      [...base, '--schedule', 'plateau:3:0.1', '--warmup', '2'],
      'expected --warmup without --schedule plateau, got both.',
    ],
    [[...base, '--lr-of', 'fc3'], "expected --lr-of PREFIX=RATE, got 'fc3'."],
    [[...base, '--lr-of', 'head=0.1'], "--lr-of: paramGroups: expected beginnings .*, got 'head'."],
    [[...base, '--freeze', 'conv'], "--freeze: freeze: expected beginnings .*, got 'conv'."],
    [
      ['--model', 'lenet', '--data', 'nowhere'],
      "expected --data fashion-mnist, mnist or a folder with train in it, .*, got 'nowhere' without.",
    ],
    [[...base, '--resize', '8', '--root', 'DATA'], 'expected images that lenet takes, got 8 × 8'],
  ] as const) {
    // In this process, for each start of the program takes a second; main.test.ts has what becomes of a UsageError.
    it(`refuses ${given.join(' ') || 'no options'}, before a folder is made`, async () => {
      const place = out('refused');
      const replaced = given.map((word) => (word === 'DATA' ? data : word));
      const error = await train.run([...replaced, ...(given.length > 0 ? ['--out', place] : [])]).then(
        () => undefined,
        (reason) => reason,
      );
      expect(error).to.be.instanceOf(UsageError);
      expect(error.message).to.match(new RegExp(`^${text.replace(/[|:()]/g, '\\$&')}`));
      expect(existsSync(place)).to.equal(false);
    });
  }
});
