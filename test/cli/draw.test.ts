import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { textsOf } from '../visualize/drawing/support.js';
import { program, runNode, temporaryFolder, tfjsZoo, writeLenet } from './support.js';

/** Has Node believe that there is no sharp. */
const withoutSharp = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    export function resolve(specifier, context, next) {
      if (specifier !== 'sharp') return next(specifier, context);
      throw Object.assign(new Error("Cannot find package 'sharp'"), { code: 'ERR_MODULE_NOT_FOUND' });
    }
  \`));
`)}`;

describe('tfjs-zoo draw', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const weights = writeLenet(folder);
  const out = (name: string) => join(folder, name);

  it('prints an SVG file', async () => {
    const { code, stdout, stderr } = await tfjsZoo('draw', 'lenet', '--num-classes', '3');
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout)
      .to.match(/^<svg [\s\S]*<\/svg>\n$/)
      .and.to.include('@media (prefers-color-scheme: dark)');
    const sizes = ['28×28×1', '24×24×6', '12×12×6', '8×8×16', '4×4×16', '120', '84', '3'];
    expect(textsOf(stdout, 'size')).to.deep.equal(sizes);
  });

  it('writes a graph with the sizes of weights, over what was there and through a link', async () => {
    writeFileSync(out('real.svg'), 'old');
    symlinkSync(out('real.svg'), out('link.svg'));
    const words = ['--weights', weights, '--style', 'graph', '--theme', 'dark', '--out', out('link.svg')];
    const { code, stdout, stderr } = await tfjsZoo('draw', 'lenet', ...words);
    expect([code, stdout, stderr]).to.deep.equal([0, '', '']);
    const svg = readFileSync(out('real.svg'), 'utf8');
    expect(textsOf(svg, 'line')).to.include.members(['32×32×1', 'conv1', 'fc3', '7']);
    expect(svg).to.not.include('@media');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
  });

  it('writes a PNG file of twice the size, light unless told otherwise', async () => {
    const { code, stderr } = await tfjsZoo('draw', 'lenet', '--width', '390', '-o', out('lenet.PNG'));
    expect([code, stderr]).to.deep.equal([0, '']);
    const { data, info } = await sharp(out('lenet.PNG')).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).to.be.within(600, 780);
    expect([...data.subarray(0, 3)]).to.deep.equal([255, 255, 255]);
    const svg = (await tfjsZoo('draw', 'lenet', '--width', '390', '--theme', 'light')).stdout;
    const [, width] = /width="(\d+)"/.exec(svg)!;
    expect(info.width).to.equal(2 * Number(width));
  });

  it('says in one line what to install for PNG files, and writes SVG files without it', async () => {
    const run = (file: string) => runNode(['--import', withoutSharp, ...program, 'draw', 'lenet', '-o', out(file)]);
    const { code, stdout, stderr } = await run('none.png');
    expect([code, stdout, stderr]).to.deep.equal([
      1,
      '',
      'tfjs-zoo draw: expected the package sharp for a PNG file, got none. Install it with npm install sharp, or write an .svg file.\n',
    ]);
    expect(existsSync(out('none.png'))).to.equal(false);
    expect((await run('some.svg')).code).to.equal(0);
  });

  const failures: readonly (readonly [words: string[], code: number, message: string])[] = [
    [[], 2, 'expected the name of one model, got none.'],
    [['lenet', '-o', 'x.jpg'], 2, "expected --out as a file that ends in .svg or .png, got 'x.jpg'."],
    [['lenet', '-o', 'svg'], 2, "expected --out as a file that ends in .svg or .png, got 'svg'."],
    [['lenet', '-o'], 2, 'expected -o FILE, got no value.'],
    [['lenet', '-x'], 2, 'expected options among --out, --style, --theme, --width, --input,'],
    [['lenet', '--style', 'pie'], 2, "expected --style among blocks, graph, got 'pie'."],
    [['lenet', '--theme', 'blue'], 2, "expected --theme among light, dark, auto, got 'blue'."],
    [['lenet', '--width', '10'], 2, 'expected --width from 320 to 10000, got 10.'],
    [['lenet', '--input', '28,28'], 2, 'expected --input as four positive integers N,H,W,C such as 1,224,224,3, got '],
    [
      ['lenet', '--input', '1,1,28,28'],
      2,
      'expected an --input that fits the model, got 1,1,28,28: Conv2d: expected 1',
    ],
    [['lenet', '-o', '/no/such/a.svg'], 1, '/no/such/a.svg: expected a file that can be written, got ENOENT.'],
  ];
  for (const [words, code, message] of failures) {
    it(`exits with ${code} and one line for ${words.join(' ') || 'no model'}`, async () => {
      const outcome = await tfjsZoo('draw', ...words);
      expect(outcome.stderr).to.match(/^[^\n]*\n$/);
      expect(outcome.stderr.startsWith(`tfjs-zoo draw: ${message}`), outcome.stderr).to.equal(true);
      expect([outcome.code, outcome.stdout]).to.deep.equal([code, '']);
    });
  }

  it('leaves a folder of that name alone', async () => {
    mkdirSync(out('folder.svg'));
    const { code, stderr } = await tfjsZoo('draw', 'lenet', '-o', out('folder.svg'));
    expect(code).to.equal(1);
    expect(stderr).to.include(
      'folder.svg: expected a file that can be written, got a folder or device. Check the path',
    );
  });
});
