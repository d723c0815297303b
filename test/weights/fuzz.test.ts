import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { ZooError } from 'tfjs-zoo/weights';
import * as answers from '../support/file-server.js';
import { Bench } from './support.js';

const { other, silent, endless, redirectLoop, compressed, wrongRange } = answers;
const bytes = fc.integer({ min: 0, max: 100_000 });

/** Any way in which a server may behave, with its text for a counterexample. */
const anyAnswer = fc.oneof(
  { weight: 4, arbitrary: fc.constant(['ranged', answers.ranged] as const) },
  { weight: 2, arbitrary: fc.constant(['whole', answers.whole] as const) },
  { weight: 4, arbitrary: bytes.map((n) => [`cut(${n})`, answers.cut(n, 10)] as const) },
  bytes.map((n) => [`stalled(${n})`, answers.stalled(n)] as const),
  bytes.map((n) => [`unannounced(${n})`, answers.unannounced(n * 2)] as const),
  bytes.map((n) => [`announced(${n})`, answers.announced(n * 2)] as const),
  fc
    .constantFrom(403, 404, 416, 429, 500, 503, 206, 304)
    .map((code) => [`status(${code})`, answers.status(code)] as const),
  fc.constantFrom('text/html', 'application/zip').map((type) => [`html(${type})`, answers.html(type)] as const),
  fc.constantFrom(...Object.entries({ other, silent, endless, redirectLoop, compressed, wrongRange })),
);

const script = fc.array(anyAnswer, { minLength: 1, maxLength: 6 });

/** What lies in the cache before. */
const leftover = fc.constantFrom('nothing', 'beginning', 'wrong beginning', 'damaged copy', 'good copy' as const);

describe('any server whatever', function () {
  this.timeout(120_000);
  const bench = new Bench();

  it('ends in the right file, or in an error of ours and the cache as it was', async () => {
    let run = 0;
    const property = fc.asyncProperty(script, script, leftover, async (first, second, left) => {
      bench.folder = bench.folder.replace(/cache\d*$/, `cache${run++}`);
      mkdirSync(bench.folder);
      const copies: Partial<Record<typeof left, Buffer>> = {
        'damaged copy': Buffer.alloc(100_000),
        'good copy': Buffer.from(bench.file),
      };
      const before = copies[left];
      if (before) writeFileSync(bench.path(), before);
      if (left === 'beginning') writeFileSync(bench.path('.partial'), bench.file.subarray(0, 30_000));
      if (left === 'wrong beginning') writeFileSync(bench.path('.partial'), new Uint8Array(30_000));

      const own = await bench.serve(...first.map(([, answer]) => answer));
      const mirror = await bench.serve(...second.map(([, answer]) => answer));
      const entry = bench.entry(own.url, { mirrors: [mirror.url] });
      const outcome = await bench.fetch(entry, {}, { stall: 60, pause: 1 }).catch((error: unknown) => error);
      await Promise.all(bench.servers.splice(0).map((server) => server.close()));

      const now = existsSync(bench.path()) ? readFileSync(bench.path()) : undefined;
      if (typeof outcome === 'string') expect(now).to.deep.equal(Buffer.from(bench.file));
      else {
        expect(outcome).to.be.instanceOf(ZooError);
        expect((outcome as Error).message).to.match(/^[^\n]{50,2000}$/);
        expect(now).to.deep.equal(before);
      }
      const endings = bench.names().map((name) => name.slice(bench.name.length));
      if (typeof outcome === 'string') expect(endings).to.deep.equal(['', '.record']);
      else expect(['', '.partial', '.source']).to.include.members(endings);
    });
    await fc.assert(property, { numRuns: 60, endOnFailure: true });
  });
});
