import { readFileSync } from 'node:fs';
import type { training } from 'tfjs-zoo';
import { textTable } from '../src/visualize/index.js';

// Prints the history of a training as docs/training.md has it:
// node --conditions=tfjs-zoo-source --import tsx scripts/history-table.ts docs/trainings/lenet.jsonl

const [input] = process.argv.slice(2);
if (!input) throw new Error('expected the history.jsonl of a training, as in the first lines of this script');
const history: training.EpochRecord[] = readFileSync(input, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const right = (title: string) => ({ title, align: 'right' as const });
const columns = ['epoch', 'lr', 'loss', 'accuracy', 'test loss', 'test accuracy', 'seconds'].map(right);
const rows = history.map(({ epoch, lr, train, validation, seconds }) => [
  String(epoch),
  lr.toPrecision(3),
  train.loss.toFixed(4),
  train.accuracy!.toFixed(4),
  validation!.loss.toFixed(4),
  validation!.accuracy!.toFixed(4),
  seconds.toFixed(0),
]);
console.log(textTable(columns, rows));
