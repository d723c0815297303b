import { type Contender, contenders, isInstalled } from './contenders.js';
import { Family } from './family.js';
import { alexnet, multiplyAdds } from './network.js';
import type { Timing } from './statistics.js';
import type { Suite } from './suite.js';
import { figure, table } from './table.js';

const compared = ['tfjs-zoo, wasm', 'tfjs ops by hand, wasm', 'onnxruntime-web', 'onnxruntime-node'];
const [own, ...others] = compared as [string, ...string[]];

/** Milliseconds of each layer of AlexNet on its own, for one image; the ReLU behind it belongs to it. */
export const layersSuite: Suite = async ({ checkpoint, isQuick, print, note }) => {
  const taking = contenders.filter(({ name }) => compared.includes(name));
  const family = await Family.start(taking.filter(isInstalled), checkpoint, note);
  const rows = new Map(taking.map(({ threads }) => [threads, [] as string[][]]));
  try {
    for (const layer of alexnet.filter(({ op }) => op !== 'flatten')) {
      note(`${layer.name} …`);
      await family.compile(1, layer.name);
      const timings = await family.time({ turns: isQuick ? 2 : 6, runs: 5 });
      for (const [threads, lines] of rows) lines.push(rowOf(layer.name, multiplyAdds(layer), threads, timings));
    }
  } finally {
    await family.stop();
  }
  const titles = ['', 'M multiply-adds', ...compared.flatMap((name) => [`${name}, ms`, 'G/s'])];
  for (const [threads, lines] of rows) {
    print(`\n## AlexNet's layers, one image, ${threads === 1 ? '1 thread' : `${threads} threads`}\n`);
    print(table([...titles, ...others.map((name) => `tfjs-zoo / ${name}`)], lines));
  }
};

function rowOf(layer: string, operations: number, threads: number, timings: ReadonlyMap<Contender, Timing>): string[] {
  const medianOf = (name: string) =>
    [...timings].find(([contender]) => contender.name === name && contender.threads === threads)?.[1].median;
  const speeds = compared.flatMap((name) => {
    const median = medianOf(name);
    return [figure(median), operations === 0 ? '' : figure(median && operations / median / 1e6, 1)];
  });
  const ratios = others.map((name) => {
    const [mine, its] = [medianOf(own), medianOf(name)];
    return figure(mine && its && mine / its);
  });
  return [layer, operations === 0 ? '' : figure(operations / 1e6, 0), ...speeds, ...ratios];
}
