import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from './support.js';

describe('docs/training.md', () => {
  for (const file of readdirSync(join(root, 'docs/trainings')).filter((name) => name.endsWith('.jsonl'))) {
    it(`has the figures of ${file} as they came out`, () => {
      const args = [
        '--conditions=tfjs-zoo-source',
        '--import=tsx',
        'scripts/history-table.ts',
        `docs/trainings/${file}`,
      ];
      const table = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
      expect(readFileSync(join(root, 'docs/training.md'), 'utf8')).to.include(`\`\`\`text\n${table}\`\`\``);
    });
  }
});
