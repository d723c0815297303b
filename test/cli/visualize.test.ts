import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { transforms } from 'tfjs-zoo';
import { root, temporaryFolder, tfjsZoo, writeLenet } from './support.js';

const photo = 'examples/images/chelsea.png';

/** Fails unless the pictures are of one size and alike: backends round differently, and a colour map makes steps of that. */
async function expectAlike(got: string, want: string): Promise<void> {
  const [a, b] = [await transforms.loadImage(got), await transforms.loadImage(join(root, want))];
  expect([a.width, a.height]).to.deep.equal([b.width, b.height]);
  const differences = a.data.map((byte, i) => Math.abs(byte - b.data[i]!));
  expect(Math.max(...differences.filter((_, i) => i % 7 === 0)), 'a sample').to.be.at.most(8);
  expect(differences.reduce((sum, each) => sum + each, 0) / differences.length, 'mean').to.be.below(0.05);
}

describe('tfjs-zoo visualize', () => {
  const folder = temporaryFolder();
  const lenet = ['--model', 'lenet', '--weights', writeLenet(folder)];
  const out = join(folder, 'out.png');
  const damaged = join(folder, 'damaged.png');
  before(() => writeFileSync(damaged, 'no picture'));

  const pictures: readonly (readonly [name: string, words: string[], text: RegExp])[] = [
    [
      'filters',
      ['--filters', '--normalize', '0.5,0.5'],
      /: filters of conv_stem, 282 × 142 pixels; efficientnet_lite0 on /,
    ],
    [
      'maps',
      [photo, '--layer', 'blocks.1', '--channels', '8', '--columns', '4'],
      /: maps of blocks\.1, \[56, 56, 24\], 234 × 118 pixels; efficientnet_lite0 on /,
    ],
    [
      'grad-cam',
      [photo, '--method', 'grad-cam', '--layer', 'blocks.6'],
      /: grad-cam of blocks\.6 for 'tiger cat', 224 × 224 pixels; /,
    ],
  ];
  for (const [name, words, text] of pictures) {
    it(`draws ${name} with the model that is in the package`, async () => {
      const file = join(folder, `${name}.png`);
      const { code, stdout, stderr } = await tfjsZoo('visualize', ...words, '-o', file);
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout).to.match(text);
      await expectAlike(file, `test/fixtures/visualize/${name}.png`);
      expect(readdirSync(folder).filter((each) => each.endsWith('.part'))).to.deep.equal([]);
    });
  }

  it('prints JSON, and finds classes by number', async () => {
    const words = [photo, ...lenet, '--method', 'saliency', '--class', '3', '--backend', 'cpu', '--json'];
    const { code, stdout, stderr } = await tfjsZoo('visualize', ...words, '--out', out);
    expect([code, stderr]).to.deep.equal([0, '']);
    const { milliseconds, ...rest } = JSON.parse(stdout);
    expect(milliseconds).to.be.a('number');
    expect(rest).to.deep.equal({
      ...{
        out,
        width: 32,
        height: 32,
        model: 'lenet',
        what: "saliency for 'class 3'",
        classIndex: 3,
        label: 'class 3',
      },
      ...{ backend: 'cpu', image: photo },
    });
    const { width, height } = await transforms.loadImage(out);
    expect([width, height]).to.deep.equal([32, 32]);
  });

  it('draws occlusion, and the first convolution where no layer is named', async () => {
    const hidden = await tfjsZoo('visualize', photo, ...lenet, '--method', 'occlusion', '--patch', '16', '-o', out);
    expect(hidden.stdout).to.match(/: occlusion for 'class \d', 32 × 32 pixels; lenet on /);
    const maps = await tfjsZoo('visualize', photo, ...lenet, '-o', out);
    expect(maps.stdout).to.match(/: maps of conv1, \[28, 28, 6\], /);
  });

  const nothing = join(folder, 'nothing.png');
  const failures: readonly (readonly [what: string, words: string[], code: number, message: string])[] = [
    ['no photograph', ['-o', nothing], 2, 'expected one photograph, got none.'],
    ['two photographs', [photo, photo, '-o', nothing], 2, `expected one photograph, got '${photo}', '${photo}'.`],
    [
      'a photograph with --filters',
      [photo, '--filters', '-o', nothing],
      2,
      `expected no photograph with --filters, got`,
    ],
    ['no -o', [photo], 2, 'expected -o FILE.png, got none.'],
    ['-o without a value', [photo, '-o'], 2, 'expected -o FILE.png, got no value.'],
    ['a JPEG', [photo, '-o', 'a.jpg'], 2, "expected -o FILE.png, got 'a.jpg'. Only PNG files are written."],
    [
      'a folder that is not there',
      [photo, '-o', 'no-such/a.png'],
      2,
      "expected a folder that is there for -o, got 'no-such'.",
    ],
    [
      'a layer that is not there',
      [photo, ...lenet, '--layer', 'conv3', '-o', nothing],
      2,
      "expected --layer among the 12 of lenet, got 'conv3'. The nearest: conv1, conv2, pool1; tfjs-zoo summary lenet lists all.",
    ],
    [
      'a layer without height and width',
      [photo, ...lenet, '--layer', 'fc1', '-o', nothing],
      1,
      'visualize.featureMaps: expected an activation [H, W, C] or [1, H, W, C], got shape [1, 120].',
    ],
    [
      'filters of what is no convolution',
      ['--filters', ...lenet, '--layer', 'relu1', '-o', nothing],
      1,
      "expected a convolution as --layer with --filters, got ReLU of 'relu1'. The nearest: conv1, conv2.",
    ],
    [
      'an unknown method',
      [photo, '--method', 'lime', '-o', nothing],
      2,
      'expected --method among maps, saliency, grad-cam',
    ],
    [
      'an option of another method',
      [photo, '--patch', '3', '-o', nothing],
      2,
      'expected --patch with --method occlusion, got it with maps.',
    ],
    [
      'two methods',
      ['--filters', '--method', 'saliency', '-o', nothing],
      2,
      'expected --filters or --method saliency, got both.',
    ],
    ['an unknown colormap', [photo, '--colormap', 'jet', '-o', nothing], 2, 'expected --colormap among gray, viridis,'],
    [
      'shades that are none',
      [photo, '--normalize', '2', '-o', nothing],
      2,
      'expected --normalize each, all or GAIN,OFFSET',
    ],
    [
      'a class beyond the last',
      [photo, ...lenet, '--method', 'grad-cam', '--class', '7', '-o', nothing],
      1,
      'visualize.gradCam: expected classIndex from 0 to 6, got 7.',
    ],
    [
      'a class by name where there are no names',
      [photo, ...lenet, '--method', 'grad-cam', '--class', 'cat', '-o', nothing],
      2,
      "expected the number of a --class, for the names are not known, got 'cat'.",
    ],
    [
      'a class that nobody knows',
      [photo, '--method', 'grad-cam', '--class', 'tigre cat', '-o', nothing],
      2,
      "expected a --class by number or name, got 'tigre cat'. The nearest: tiger cat;",
    ],
    [
      'a file that is no picture',
      [damaged, '--weights', 'no-such.pth', '-o', nothing],
      1,
      `${damaged}: loadImage: expected`,
    ],
    ['no weights to be had', [photo, '--model', 'alexnet_d2l', '-o', nothing], 1, 'expected --weights FILE, got none.'],
  ];
  for (const [what, words, code, message] of failures) {
    it(`exits with ${code} and one line for ${what}, and writes nothing`, async () => {
      const outcome = await tfjsZoo('visualize', ...words);
      expect(outcome.stderr).to.match(/^[^\n]*\n$/);
      expect(outcome.stderr.startsWith(`tfjs-zoo visualize: ${message}`), outcome.stderr).to.equal(true);
      expect([outcome.code, outcome.stdout]).to.deep.equal([code, '']);
      expect(existsSync(nothing)).to.equal(false);
    });
  }
});
