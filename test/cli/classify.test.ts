import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { backends, createClassifier } from 'tfjs-zoo';
import { lenetWeights, root, temporaryFolder, tfjsZoo, writeLenet } from './support.js';

const photographs = ['chelsea.png', 'coffee.png', 'rocket.jpg'].map((name) => `examples/images/${name}`);

describe('tfjs-zoo classify', () => {
  const folder = temporaryFolder();
  const weights = writeLenet(folder);
  const lenet = ['--model', 'lenet', '--weights', weights];
  const damaged = join(folder, 'damaged.png');
  const empty = join(folder, 'empty');
  const mixed = join(folder, 'mixed');
  before(() => {
    const photograph = readFileSync(join(root, photographs[0]!));
    writeFileSync(damaged, photograph.subarray(0, 5000));
    mkdirSync(empty);
    mkdirSync(join(mixed, 'deeper.png'), { recursive: true });
    for (const name of ['b.PNG', 'a.png']) writeFileSync(join(mixed, name), photograph);
    writeFileSync(join(mixed, 'notes.txt'), 'no image');
  });

  it("prints each image's best classes, their probabilities and the time, and then what computed", async () => {
    const { code, stdout, stderr } = await tfjsZoo('classify', 'examples/images', ...lenet, '--top', '3');
    expect([code, stderr]).to.deep.equal([0, '']);
    const blocks = stdout.trimEnd().split('\n\n');
    expect(blocks).to.have.length(4);
    for (const [index, image] of photographs.entries()) {
      const [title, ...lines] = blocks[index]!.split('\n');
      expect(title).to.match(new RegExp(`^${image}  [\\d.]+ m?s$`));
      expect(lines).to.have.length(3);
      for (const line of lines) expect(line).to.match(/^ {2}class \d {2} {1,2}\d+\.\d\d%( {2}█+)?$/);
    }
    expect(blocks[3]).to.match(
      /^3 images in [\d.]+ m?s with lenet on (wasm|tensorflow); weights loaded in [\d.]+ m?s$/,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what must not be there
    expect(stdout).not.to.match(/\u001b/);
  });

  it('prints JSON that equals what a classifier gives', async () => {
    const { code, stdout, stderr } = await tfjsZoo('classify', ...photographs, ...lenet, '--json', '--backend', 'cpu');
    expect([code, stderr]).to.deep.equal([0, '']);
    await backends.use('cpu');
    using classifier = await createClassifier('lenet', { weights: lenetWeights() });
    const results = JSON.parse(stdout);
    for (const [index, image] of photographs.entries()) {
      const { milliseconds, ...rest } = results[index];
      expect(milliseconds).to.be.a('number').above(0);
      expect(rest).to.deep.equal({ image, predictions: await classifier.classify(join(root, image), { top: 5 }) });
    }
    expect(results).to.have.length(3);
  });

  it("takes a folder's images by name, and no subfolders", async () => {
    const { stdout } = await tfjsZoo('classify', mixed, ...lenet, '--json');
    expect(JSON.parse(stdout).map(({ image }: { image: string }) => image)).to.deep.equal([
      join(mixed, 'a.png'),
      join(mixed, 'b.PNG'),
    ]);
  });

  it('classifies the others when some cannot be read, reports each in one line, and exits with 1', async () => {
    const words = ['no-such.png', damaged, empty, photographs[1]!];
    const { code, stdout, stderr } = await tfjsZoo('classify', ...words, ...lenet, '--json');
    expect(code).to.equal(1);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).to.have.length(3);
    expect(lines[0]).to.equal(
      'tfjs-zoo classify: no-such.png: expected an image or a folder that can be read, got ENOENT. Check the path.',
    );
    expect(lines[1]).to.match(/^tfjs-zoo classify: .*damaged\.png: loadImage: expected a PNG chunk of .* byte 5000\./);
    expect(lines[2]).to.equal(
      `tfjs-zoo classify: ${empty}: expected a folder with images (jpg, jpeg, png, gif, bmp), got one without.`,
    );
    const results = JSON.parse(stdout);
    expect(results.map(({ image }: { image: string }) => image)).to.deep.equal(words);
    expect(results[0].error).to.include('ENOENT');
    expect(results[3].predictions).to.have.length(5);
  });

  it('says how many of the images it could classify', async () => {
    const { code, stdout } = await tfjsZoo('classify', damaged, photographs[1]!, ...lenet, '--top', '99');
    expect(code).to.equal(1);
    expect(stdout).to.match(/^1 of 2 images in /m);
    expect(stdout.match(/class \d/g), 'all there are').to.have.length(7);
  });

  it('does not load weights when there is nothing to classify', async () => {
    const { code, stdout, stderr } = await tfjsZoo('classify', empty, '--weights', 'no-such.pth', '--json');
    expect(code).to.equal(1);
    expect(JSON.parse(stdout)).to.deep.equal([
      { image: empty, error: 'expected a folder with images (jpg, jpeg, png, gif, bmp), got one without.' },
    ]);
    expect(stderr).not.to.include('no-such.pth');
  });

  const image = photographs[0]!;
  const failures: readonly (readonly [what: string, words: string[], code: number, message: string])[] = [
    [
      'no weights, of a model that has none',
      [image, '--model', 'alexnet_d2l'],
      1,
      'expected --weights FILE, got none. There are none to download for alexnet_d2l: pass a checkpoint of your own.',
    ],
    [
      'a missing weights file',
      [image, '--weights', 'no-such.pth'],
      1,
      'no-such.pth: expected a checkpoint file, got ENOENT',
    ],
    ['weights that are none', [image, '--weights', 'package.json'], 1, 'package.json: expected a PyTorch checkpoint'],
    ["another model's weights", [image, '--weights', weights], 1, "createModel('alexnet'): expected a state dict"],
    ['no image', lenet, 2, 'expected images or folders, got none. See tfjs-zoo classify --help.'],
    ['--top 0', [image, ...lenet, '--top', '0'], 2, "expected a positive integer for --top, got '0'."],
    ['--top five', [image, ...lenet, '--top', 'five'], 2, "expected a positive integer for --top, got 'five'."],
    ['--top -1', [image, ...lenet, '--top', '-1'], 2, "expected --top N, got '-1'. Write --top=-1 if you mean it."],
    [
      'an unknown backend',
      [image, ...lenet, '--backend', 'gpu'],
      2,
      "expected --backend among auto, wasm, cpu, webgl, webgpu, tensorflow, got 'gpu'.",
    ],
    ['a backend that is not there', [image, ...lenet, '--backend', 'webgl'], 1, 'backends.use: expected'],
    [
      'an unknown model',
      [image, '--model', 'vgg99'],
      2,
      "expected --model among 32, got 'vgg99'. The nearest: vgg19, vgg11, vgg13.",
    ],
  ];
  for (const [what, words, code, message] of failures) {
    it(`exits with ${code} and one line for ${what}`, async () => {
      const outcome = await tfjsZoo('classify', ...words);
      expect(outcome.stderr).to.match(/^[^\n]*\n$/);
      expect(outcome.stderr.startsWith(`tfjs-zoo classify: ${message}`), outcome.stderr).to.equal(true);
      expect([outcome.code, outcome.stdout]).to.deep.equal([code, '']);
    });
  }
});
