import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadImage } from 'tfjs-zoo/transforms';
import { pythonWith } from '../support/tools.js';
import {
  announcedByPython,
  lessonFolder,
  lessonNames,
  picturesShown,
  programOf,
  readLesson,
  runLesson,
} from './lesson.js';
import { root } from './support.js';

const images = join(root, lessonFolder, 'images');

/** How far two pictures are from each other: 0 where they are equal, 255 where a pixel is black in one and white in the other. */
async function difference(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [first, second] = await Promise.all([loadImage(a), loadImage(b)]);
  if (first.width !== second.width || first.height !== second.height) return 255;
  return first.data.reduce((most, value, i) => Math.max(most, Math.abs(value - second.data[i]!)), 0);
}

const block = (language: string, code: string) => `\`\`\`${language}\n${code}\`\`\`\n`;

describe('the lessons', () => {
  it('are rewritten where they show something else: a block of text, or comments', () => {
    const page = [
      block('ts', 'const a = 1;\nconsole.log(a); // 2\nconsole.log(a + 1); // 3\n'),
      block('ts', 'console.log(a, [a]);\nconsole.log(a);\n'),
      block('text', 'old\n'),
      block('ts no-run (never)', "throw new Error('it ran');\n"),
      block('text', 'another text\n'),
    ].join('\n');
    const { page: fresh } = runLesson(page);
    const right = page.replace('a); // 2', 'a); // 1').replace('a + 1); // 3', 'a + 1); // 2');
    expect(fresh).to.equal(right.replace('old', '1 [ 1 ]\n1'));
  });

  it('show all that they print', () => {
    expect(() => runLesson(block('ts', 'console.log(1);\nconsole.log(2); // 2\n'))).to.throw(
      'A block prints 2 lines and has 1 comments behind console.log, and no block of text below:\nconsole.log(1);',
    );
  });

  it('fail with what their program says', () => {
    expect(() => runLesson(block('ts', "throw new Error('too bad');\n"))).to.throw(
      /^The lesson's program failed:.*too bad/s,
    );
  });

  it('are there, with no picture that none shows, and each is small', () => {
    expect(lessonNames()).to.have.length.greaterThan(2);
    const shown = lessonNames().flatMap((name) => picturesShown(readLesson(name)));
    expect([...new Set(shown)].sort()).to.deep.equal(readdirSync(images).sort());
    for (const name of shown) expect(readFileSync(join(images, name)).length, name).to.be.lessThan(60_000);
  });

  for (const name of lessonNames()) {
    it(`print and draw what ${name} shows (npm run lessons ${name[0]})`, async () => {
      const page = readLesson(name);
      const run = runLesson(page);
      expect(run.page).to.equal(page);
      expect([...run.pictures.keys()].sort()).to.deep.equal([...new Set(picturesShown(page))].sort());
      for (const [picture, bytes] of run.pictures) {
        const kept = readFileSync(join(images, picture));
        if (picture.endsWith('.svg')) expect(bytes.toString(), picture).to.equal(kept.toString());
        // Not the bytes: another version of zlib packs them otherwise.
        else expect(await difference(bytes, kept), picture).to.be.at.most(1);
      }
    }).timeout(180_000);
  }

  it('takes AlexNet apart for one changed word', () => {
    const page = readLesson('4-inside-a-network.md');
    // Narrow and untrained: torchvision's weights are not here.
    const weights = JSON.stringify(join(root, 'test/fixtures/docs/alexnet.pth'));
    const other = page
      .replace("const name = 'efficientnet_lite0'", "const name = 'alexnet'")
      .replace('createClassifier(name, { pretrained: true })', `createClassifier(name, { weights: ${weights} })`);
    const { page: printed, pictures } = runLesson(other);
    expect(printed).to.match(/^features\.0 .*\nfeatures\.3 .*\nfeatures\.6 .*\nfeatures\.8 .*\nfeatures\.10 /m);
    expect([...pictures.keys()].sort()).to.deep.equal(picturesShown(page).sort());
  }).timeout(180_000);

  // Debian's PyTorch. What needs more than that is marked in the page.
  for (const name of lessonNames().filter((each) => programOf(readLesson(each), 'python') !== '')) {
    it(`have lines of PyTorch that print what is beside them: ${name}`, function () {
      const python = pythonWith('torch', 'torchvision');
      if (!python) this.skip();
      const page = readLesson(name);
      const { status, stdout, stderr } = spawnSync(python, ['-'], {
        input: programOf(page, 'python'),
        cwd: root,
        encoding: 'utf8',
      });
      expect(status, stderr).to.equal(0);
      expect(stdout.split('\n').filter((line) => line !== '')).to.deep.equal(announcedByPython(page));
    });
  }
});
