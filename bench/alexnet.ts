import { type Contender, contenders, isInstalled } from './contenders.js';
import { Family } from './family.js';
import type { Timing } from './statistics.js';
import type { Suite } from './suite.js';
import { figure, table } from './table.js';

/** Milliseconds from an image in memory to logits in memory, of batches of 1 and 8. */
export const alexnetSuite: Suite = async ({ checkpoint, isQuick, print, note }) => {
  const family = await Family.start(contenders.filter(isInstalled), checkpoint, note);
  try {
    for (const [batch, turns, runs] of [
      [1, 8, 4],
      [8, 6, 2],
    ] as const) {
      note(`AlexNet, batch ${batch} …`);
      await family.compile(batch);
      const timings = await family.time({ turns: isQuick ? 2 : turns, runs });
      print(`\n## AlexNet, batch ${batch}\n`);
      print(
        table(
          ['', 'threads', 'ms', 'middle half', 'fastest', ...ours.map((name) => `${name} / it`)],
          rowsOf(timings, ours),
        ),
      );
    }
  } finally {
    await family.stop();
  }
};

/** What the others are compared with, at as many threads. */
const ours = ['tfjs-zoo, wasm', 'tfjs-zoo, tensorflow'];

/** @param ours the contenders with which each is compared, at as many threads */
export function rowsOf(timings: ReadonlyMap<Contender, Timing>, ours: readonly string[]): string[][] {
  const all = [...timings].sort(([a], [b]) => a.threads - b.threads);
  return all.map(([{ name, threads }, { fastest, median, low, high }]) => {
    const ratios = ours.map((own) => {
      const [, timing] = all.find(([other]) => other.name === own && other.threads === threads) ?? [];
      return name === own ? '' : figure(timing && timing.median / median);
    });
    return [
      name,
      `${threads}`,
      figure(median, 1),
      `${figure(low, 1)}–${figure(high, 1)}`,
      figure(fastest, 1),
      ...ratios,
    ];
  });
}
