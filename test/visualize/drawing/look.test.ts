import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { backends, nn, visualize } from 'tfjs-zoo';
import { buildUnfilled } from '../../../src/cli/shape-model.js';
import { launchChromium } from '../../support/browser.js';
import { needsChromium } from '../../support/tools.js';
import { branching, smallResNet, vgg16 } from './nets.js';

type Options = visualize.DrawingOptions;

const nets: Record<string, [build: () => nn.AnyModule | Promise<nn.AnyModule>, shape: number[]]> = {
  alexnet: [() => buildUnfilled('alexnet'), [1, 224, 224, 3]],
  alexnet_d2l: [() => buildUnfilled('alexnet_d2l'), [1, 224, 224, 1]],
  alexnet_paper: [() => buildUnfilled('alexnet_paper'), [1, 227, 227, 3]],
  efficientnet_lite0: [() => buildUnfilled('efficientnet_lite0'), [1, 224, 224, 3]],
  lenet: [() => buildUnfilled('lenet'), [1, 28, 28, 1]],
  vgg16: [() => nn.skipInit(vgg16), [1, 224, 224, 3]],
  resnet: [smallResNet, [1, 64, 64, 3]],
  inception: [branching, [1, 32, 32, 3]],
};

const drawings = new Map<string, string>();

async function draw(name: string, options: Options): Promise<string> {
  const key = JSON.stringify([name, options]);
  if (!drawings.has(key)) {
    const [build, shape] = nets[name]!;
    using model = await build();
    drawings.set(key, visualize.drawArchitecture(model, shape, options));
  }
  return drawings.get(key)!;
}

describe('the look of drawings', function () {
  this.timeout(120_000);

  before(() => backends.use('wasm'));

  // Without texts, which each machine's font draws otherwise. TFJS_ZOO_PICTURES=1 writes them anew.
  const pictures: readonly [name: string, options: Options][] = [
    ['alexnet', { theme: 'light' }],
    ['lenet', { theme: 'dark' }],
    ['resnet', { theme: 'light' }],
    ['resnet', { theme: 'light', width: 390 }],
    ['inception', { theme: 'light' }],
    ['inception', { theme: 'dark', style: 'graph' }],
  ];
  for (const [name, options] of pictures) {
    const title = [name, ...Object.values(options)].join('-');
    it(`is that of the picture ${title}.png`, async () => {
      const svg = (await draw(name, options)).replace(/<text .*?<\/text>/g, '');
      const file = fileURLToPath(new URL(`pictures/${title}.png`, import.meta.url));
      const width = options.width ?? 700;
      const drawn = sharp(Buffer.from(svg)).resize({ width }).removeAlpha();
      if (process.env.TFJS_ZOO_PICTURES) writeFileSync(file, await drawn.clone().png({ palette: true }).toBuffer());
      expect(existsSync(file), file).to.equal(true);
      const [now, kept] = await Promise.all(
        [drawn, sharp(readFileSync(file)).removeAlpha()].map((image) =>
          image.raw().toBuffer({ resolveWithObject: true }),
        ),
      );
      expect(now!.info).to.deep.include({ width: kept!.info.width, height: kept!.info.height });
      // Other versions of librsvg smooth edges otherwise; a line that moved by a pixel is more than this.
      const different = now!.data.reduce((count, value, i) => count + Number(Math.abs(value - kept!.data[i]!) > 48), 0);
      expect(different / now!.data.length).to.be.lessThan(0.002);
    });
  }

  describe('in Chromium', () => {
    let browser: Browser;

    before(needsChromium);
    before(async () => {
      browser = await launchChromium();
    });
    after(() => browser?.close());

    for (const name of Object.keys(nets)) {
      for (const options of [{}, { width: 390 }, { style: 'graph' }] satisfies Options[]) {
        it(`lets no text of ${name} touch another or be cut off, with ${JSON.stringify(options)}`, async () => {
          const page = await browser.newPage();
          await page.setContent(await draw(name, options));
          const boxes = await page.$$eval('text', (texts) =>
            texts.map((text) => {
              const { x, y, width, height } = (text as unknown as SVGTextElement).getBBox();
              return { text: text.textContent!, x, y, width, height };
            }),
          );
          const [width, height] = /viewBox="0 0 (\d+) (\d+)"/
            .exec(await draw(name, options))!
            .slice(1)
            .map(Number);
          await page.close();
          const cut = boxes.filter(
            (box) => box.x < 0 || box.y < 0 || box.x + box.width > width! || box.y + box.height > height!,
          );
          expect(cut).to.deep.equal([]);
          const touching = boxes.flatMap((a, i) =>
            boxes
              .slice(i + 1)
              .filter((b) => touches(a, b))
              .map((b) => [a.text, b.text]),
          );
          expect(touching).to.deep.equal([]);
        });
      }
    }

    it('is XML, and dark where the reader wants it so', async () => {
      const svg = await draw('lenet', {});
      const page = await browser.newPage();
      const paper = async (scheme: 'light' | 'dark') => {
        await page.emulateMedia({ colorScheme: scheme });
        return page.$eval('.paper', (rect) => getComputedStyle(rect).fill);
      };
      await page.setContent(svg);
      expect([await paper('light'), await paper('dark')]).to.deep.equal(['rgb(255, 255, 255)', 'rgb(13, 17, 23)']);
      const parsed = await page.evaluate((text) => {
        const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
        return [root.nodeName, root.querySelector('parsererror')?.textContent, root.querySelectorAll('text').length];
      }, svg);
      await page.close();
      expect(parsed).to.deep.equal(['svg', undefined, 23]);
    });
  });
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Lines of one text stand close, their boxes a pixel or two in each other. */
function touches(a: Box, b: Box): boolean {
  const overlap = (start: number, length: number, other: number, otherLength: number) =>
    Math.min(start + length, other + otherLength) - Math.max(start, other);
  return overlap(a.x, a.width, b.x, b.width) > 0 && overlap(a.y, a.height, b.y, b.height) > 3;
}
