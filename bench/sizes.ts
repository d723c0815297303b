import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backends, listModels, models } from 'tfjs-zoo';
import { table } from './table.js';

// What weights weigh as each dtype, and how far the model then is from the checkpoint, as a table for docs/hosting-weights.md:
// npm run -s sizes -- MODEL CHECKPOINT [IMAGE…]

const [word, checkpoint, ...named] = process.argv.slice(2);
const model = listModels().find((name) => name === word);
if (!model || !checkpoint) throw new Error('Usage: npm run -s sizes -- MODEL CHECKPOINT [IMAGE…]');

const examples = new URL('../examples/images/', import.meta.url);
const photographs = readdirSync(examples).filter((name) => /\.(png|jpg)$/.test(name));
const compareOn = named.length > 0 ? named : photographs.map((name) => new URL(name, examples));

await backends.use();
const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-sizes-'));
try {
  const rows: string[][] = [];
  for (const dtype of ['float32', 'float16', 'uint8'] as const) {
    const { bytes, shards, agreement } = await models.convertWeights(checkpoint, join(folder, dtype), {
      model,
      dtype,
      compareOn,
    });
    const { relative, top1, top5 } = agreement!;
    const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;
    rows.push([
      `\`${dtype}\``,
      `${(bytes / 1e6).toFixed(1)} MB`,
      String(shards),
      percent(relative),
      percent(top1),
      percent(top5),
    ]);
  }
  const titles = [`\`${model}\``, 'size', 'shards', 'largest logit difference', 'top-1 agrees', 'top-5 agrees'];
  console.log(table(titles, rows));
} finally {
  rmSync(folder, { recursive: true });
}
