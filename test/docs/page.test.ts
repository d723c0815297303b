import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { bundleForPage, launchChromium, serve } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';
import { fencedBlocks, markdownBlocks, root } from './support.js';

/** The page that the README shows beside its code. */
function readmePage(): string {
  const [html] = fencedBlocks(readFileSync(join(root, 'README.md'), 'utf8'), 'README.md', /^html$/);
  return html!.code.replace('main.ts', 'main.js');
}

describe("the README's page in Chromium (skipped where it is missing)", () => {
  let browser: Browser;
  before(needsChromium);
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  for (const { where, code } of markdownBlocks().filter(({ note }) => note === 'page')) {
    it(`classifies a picked photograph with a picked checkpoint: ${where}`, async () => {
      const site = await serve({
        '/index.html': readmePage(),
        '/main.js': (await bundleForPage(code)).code,
      });
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.goto(site.url);
      await page.setInputFiles('#weights', join(root, 'test/fixtures/docs/alexnet.pth'));
      await page.waitForFunction("document.getElementById('photo').onchange !== null");
      await page.setInputFiles('#photo', join(root, 'examples/images/rocket.jpg'));
      await page.waitForFunction("document.getElementById('answer').textContent !== ''", null, { timeout: 50_000 });
      expect(errors).to.deep.equal([]);
      expect((await page.textContent('#answer'))!.split('\n')).to.have.length(3);
      expect(await page.textContent('#answer')).to.match(/^[\w ,'-]+ 0\.\d{3}$/m);
      site.close();
    });
  }
});
