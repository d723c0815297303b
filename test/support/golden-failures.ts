import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { backends } from 'tfjs-zoo';
import { parseGolden } from './golden.js';
import { checkGolden } from './golden-check.js';

// Prints, as JSON, how many golden cases of some families were checked on a backend, and which failed: `BACKEND FAMILY…`.

const [backend, ...families] = process.argv.slice(2);
await backends.use(backend as 'cpu');
tf.enableProdMode();
let checked = 0;
const failures: string[] = [];
for (const family of families) {
  const file = (ending: string) => readFileSync(new URL(`../fixtures/nn/${family}.${ending}`, import.meta.url));
  for (const golden of parseGolden(file('json').toString(), file('bin'))) {
    checked++;
    await checkGolden(golden).catch((error: Error) =>
      failures.push(`${golden.module} ${golden.name}: ${error.message}`),
    );
  }
}
console.log(JSON.stringify({ checked, failures }));
