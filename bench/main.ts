import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { alexnetSuite } from './alexnet.js';
import { classicsSuite } from './classics.js';
import { coldStartSuite } from './cold-start.js';
import { lacks } from './contenders.js';
import { layersSuite } from './layers.js';
import { describeMachine } from './machine.js';
import { pageSuite } from './page.js';
import { pageStartSuite } from './page-start.js';
import { type Suite, withFolder } from './suite.js';
import { trainingSuite } from './training.js';
import { writeWeights } from './weights.js';

// tfjs-zoo beside its peers, in one run: `npm run -s bench [-- alexnet | layers | classics | cold-start | training | page | page-start] [--quick] > tables.md`.
// Tables go to stdout as Markdown, what is going on to stderr. Nothing is installed: what is missing is named and left out.

const suites: Readonly<Record<string, Suite>> = {
  alexnet: alexnetSuite,
  layers: layersSuite,
  classics: classicsSuite,
  'cold-start': coldStartSuite,
  training: trainingSuite,
  page: pageSuite,
  'page-start': pageStartSuite,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } });
const names = positionals.length > 0 ? positionals : Object.keys(suites);
const unknown = names.filter((name) => !Object.hasOwn(suites, name));
if (unknown.length > 0) {
  console.error(`bench: expected ${Object.keys(suites).join(', ')}, got ${unknown.join(', ')}.`);
  process.exit(2);
}

// So that an interrupted run leaves nothing behind either.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

console.log(describeMachine());
for (const line of lacks()) console.error(line);
const [load] = loadavg() as [number];
if (load > availableParallelism() / 4)
  console.error(`The machine is busy (load ${load.toFixed(1)}): figures will be disturbed.`);
await withFolder(async (folder) => {
  const checkpoint = join(folder, 'alexnet.pth');
  const onnx = join(folder, 'alexnet.onnx');
  await writeWeights(checkpoint, onnx);
  for (const name of names) {
    try {
      await suites[name]!({
        checkpoint,
        onnx,
        isQuick: values.quick ?? false,
        print: console.log,
        note: console.error,
      });
    } catch (error) {
      console.error(`${name}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
});
