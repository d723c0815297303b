import { type Contender, contenders, isInstalled } from './contenders.js';
import { Family } from './family.js';
import { alexnet, type Layer, multiplyAdds } from './network.js';
import type { Timing } from './statistics.js';
import type { Suite } from './suite.js';
import { figure, table } from './table.js';

const compared = ['tfjs-zoo, wasm', 'tfjs ops by hand, wasm as released', 'onnxruntime-web', 'onnxruntime-node'];
const [, ...others] = compared;

/** Milliseconds of each layer of AlexNet on its own, for one image, the fastest of its runs; the ReLU behind it belongs to it. */
export const layersSuite: Suite = async ({ checkpoint, isQuick, print, note }) => {
  const taking = contenders.filter(({ name }) => compared.includes(name));
  const family = await Family.start(taking.filter(isInstalled), checkpoint, note);
  const rows = new Map(taking.map(({ threads }) => [threads, [] as string[][]]));
  try {
    for (const layer of alexnet.filter(({ op }) => op !== 'flatten')) {
      note(`${layer.name} …`);
      await family.compile(1, layer.name);
      const timings = await family.time({ turns: isQuick ? 2 : 6, runs: 5 });
      for (const [threads, lines] of rows) lines.push(rowOf(layer, threads, timings));
    }
  } finally {
    await family.stop();
  }
  const titles = ['fastest, ms', 'M multiply-adds', 'tfjs-zoo, G/s', ...compared];
  for (const [threads, lines] of rows) {
    print(`\n## AlexNet's layers, one image, ${threads === 1 ? '1 thread' : `${threads} threads`}\n`);
    print(table([...titles, ...others.map((name) => `tfjs-zoo / ${name}`)], lines));
  }
};

function rowOf(layer: Layer, threads: number, timings: ReadonlyMap<Contender, Timing>): string[] {
  const times = compared.map(
    (name) => [...timings].find(([contender]) => contender.name === name && contender.threads === threads)?.[1].fastest,
  );
  const [own, ...others] = times;
  const millions = multiplyAdds(layer) / 1e6;
  const speed = millions > 0 ? [figure(millions, 0), figure(own && millions / own, 1)] : ['', ''];
  const ratios = others.map((other) => figure(own && other && own / other));
  return [layer.name, ...speed, ...times.map((time) => figure(time)), ...ratios];
}
