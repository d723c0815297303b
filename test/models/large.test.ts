import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { runNode } from '../cli/support.js';
import { pythonWith } from '../support/tools.js';

const script = fileURLToPath(new URL('make_large.py', import.meta.url));
const python = pythonWith('torchvision');

/** Of the peak memory to the checkpoint's size. */
const memoryLimit = 2.5;

/** What load-large.mjs says of a round. */
interface Round {
  readonly before: object;
  readonly after: object;
  readonly loadingPeak: number;
  readonly peak: number;
  readonly heap: number;
  readonly logits: readonly (readonly number[])[];
}

describe("the largest classics in torchvision's files (skipped without Python's torchvision)", function () {
  this.timeout(120_000);
  before(function () {
    if (!python) this.skip();
  });

  for (const [name, what] of [
    ['vgg19', 'the most bytes'],
    ['resnet152', 'the most tensors'],
  ]) {
    it(`${name}, of ${what}, loads within 2.5 times its file, and leaves nothing behind`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-large-'));
      try {
        const file = join(folder, `${name}.pth`);
        execFileSync(python!, [script, name!, file]);
        const { code, stdout, stderr } = await runNode(['test/models/load-large.mjs', name!, file, '4']);
        expect(code, stderr).to.equal(0);
        const rounds: Round[] = JSON.parse(stdout);
        expect(rounds).to.have.length(4);
        const [first, second] = rounds as [Round, Round];

        expect(first.loadingPeak / statSync(file).size).to.be.within(1, memoryLimit);
        for (const [i, round] of rounds.entries()) {
          const which = `round ${i + 1}`;
          expect(round.before, which).to.deep.equal({ numTensors: 0, numBytes: 0 });
          expect(round.after, which).to.deep.equal({ numTensors: 0, numBytes: 0 });
          expect(round.heap, `${which}: the heap of wasm`).to.equal(first.heap);
          // Not the first's: only from the second on does the heap stand full-grown beside what is read.
          if (i > 1) expect(round.peak / second.peak, which).to.be.below(1.1);
          for (const logits of round.logits) expect(logits, which).to.deep.equal(first.logits[0]);
        }
        expect(first.logits[0]).to.have.length(1000);
        expect(new Set(first.logits[0]).size, 'logits that differ').to.be.above(900);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
