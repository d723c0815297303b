import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { goldenPage } from '../browser/golden-page.js';
import { bundleForPage, isolation, launchChromium, serve } from './browser.js';
import { FAMILIES } from './golden.js';

declare const window: { goldenPage: typeof goldenPage };

/** Chromium with a site that checks golden cases. */
export interface GoldenSite {
  /** A page that computes on the backend. */
  open(backend: string, threads?: number): Promise<Page>;
  close(): Promise<void>;
}

export async function serveGolden(): Promise<GoldenSite> {
  const entry = fileURLToPath(new URL('../browser/golden-page.ts', import.meta.url));
  const fixture = (name: string) => readFileSync(new URL(`../fixtures/nn/${name}`, import.meta.url));
  const names = FAMILIES.flatMap((family) => [`${family}.json`, `${family}.bin`]);
  const { code } = await bundleForPage(
    `import '@tensorflow/tfjs-backend-webgpu'; import { goldenPage } from '${entry}'; window.goldenPage = goldenPage;`,
  );
  const files = {
    '/index.html': '<script type="module" src="main.js"></script>',
    '/main.js': code,
    ...Object.fromEntries(names.map((name) => [`/nn/${name}`, fixture(name)])),
  };
  const site = await serve(files, isolation);
  const browser: Browser = await launchChromium();
  return {
    async open(backend, threads) {
      const page = await browser.newPage();
      await page.goto(site.url);
      await page.waitForFunction('window.goldenPage');
      await page.evaluate(([name, threads]) => window.goldenPage.use(name as 'cpu', { threads }), [
        backend,
        threads,
      ] as const);
      return page;
    },
    async close() {
      site.close();
      await browser.close();
    },
  };
}

/** Checks every `step`th case of a family, and the first of each module, in a page that `open` gave. */
export function checkFamilyIn(page: Page, family: string, step = 1) {
  return page.evaluate(([...args]) => window.goldenPage.checkFamily(...args), [family, step] as const);
}
