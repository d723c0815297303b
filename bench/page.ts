import { chromium } from '../test/support/tools.js';
import { rowsOf } from './alexnet.js';
import { type Contender, contenders, isInstalled } from './contenders.js';
import { Family } from './family.js';
import { Site } from './page-child.js';
import type { Suite } from './suite.js';
import { table } from './table.js';

const inPage = new Set(['tfjs-zoo, wasm', 'tfjs ops by hand, wasm as released', 'onnxruntime-web']);

/** Milliseconds from an image in memory to logits in memory, in pages of headless Chromium that are cross-origin isolated. */
export const pageSuite: Suite = async ({ checkpoint, isQuick, print, note }) => {
  if (!chromium) return note('Chromium is not there, and pages are left out.');
  const there: Contender[] = contenders.filter((contender) => inPage.has(contender.name) && isInstalled(contender));
  const site = await Site.start(new Set(there.map(({ engine }) => engine)), checkpoint);
  try {
    const family = await Family.start(there, checkpoint, note, (contender) => site.startChild(contender));
    note('AlexNet in a page, batch 1 …');
    await family.compile(1);
    const timings = await family.time({ turns: isQuick ? 2 : 16, runs: 4 });
    print('\n## AlexNet in a page, batch 1\n');
    print(
      table(
        ['', 'threads', 'ms', 'middle half', 'fastest', 'tfjs-zoo, wasm / it'],
        rowsOf(timings, ['tfjs-zoo, wasm']),
      ),
    );
  } finally {
    await site.stop();
  }
};
