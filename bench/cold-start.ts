import { fork } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expectAgreement } from './agreement.js';
import { type Contender, contenders, environmentOf, isInstalled, labelOf } from './contenders.js';
import { timingOf } from './statistics.js';
import type { Suite } from './suite.js';
import { figure, table } from './table.js';

/** What a script of bench/cold-start tells. */
interface Report {
  /** When each stage ended; the first, Node's own start, began when the process did. */
  readonly marks: readonly { readonly stage: string; readonly end: number }[];
  readonly peakBytes: number;
  readonly logits: readonly number[];
}

interface Start {
  /** Milliseconds, in order. */
  readonly stages: ReadonlyMap<string, number>;
  readonly report: Report;
}

/** From the start of a fresh process to the first logits of weights on disk, which the system has in its cache. */
export const coldStartSuite: Suite = async ({ checkpoint, onnx, isQuick, print, note }) => {
  let taking = contenders.filter((contender) => isMeasured(contender) && isInstalled(contender));
  const starts = new Map<Contender, Start[]>(taking.map((contender) => [contender, []]));
  for (let round = 0; round < (isQuick ? 2 : 5); round++) {
    note(`cold start, round ${round + 1} …`);
    for (const contender of taking) {
      try {
        const file = contender.engine === 'onnxruntime' ? onnx : checkpoint;
        starts.get(contender)!.push(await startOnce(contender, file));
      } catch (error) {
        note(`${labelOf(contender)} is left out: ${(error as Error).message}`);
        taking = taking.filter((other) => other !== contender);
      }
    }
  }
  const measured = taking.map((contender): [Contender, Start[]] => [contender, starts.get(contender)!]);
  const logits = measured.map(([contender, [start]]) => [labelOf(contender), start!.report.logits] as const);
  expectAgreement('Cold start', logits);

  const { size } = await stat(checkpoint);
  print(`\n## Cold start: ${Math.round(size / 1e6)} MB of weights on disk to the first logits\n`);
  const titles = ['', 'threads', 'seconds', 'middle half', 'without Node and imports', 'peak memory / weights'];
  print(
    table(
      titles,
      measured.map(([contender, all]) => rowOf(contender, all, size)),
    ),
  );
  print('\nMilliseconds of each stage:\n');
  const stages = ['Node', 'imports', 'backend', 'opening', 'weights', 'forward'];
  print(
    table(
      ['', 'threads', ...stages],
      measured.map(([contender, all]) => stagesOf(contender, all, stages)),
    ),
  );
};

/** One thread and all: what lies between tells nothing new. */
function isMeasured({ engine, threads }: Contender): boolean {
  const isWhole = threads === 1 || threads === availableParallelism();
  return isWhole && (engine === 'tfjs-zoo' || engine === 'onnxruntime');
}

async function startOnce(contender: Contender, file: string): Promise<Start> {
  const script = fileURLToPath(new URL(`cold-start/${contender.engine}.mjs`, import.meta.url));
  let before = Date.now();
  const child = fork(script, [file, contender.backend, `${contender.threads}`], {
    execArgv: [],
    env: environmentOf(contender),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [answer] = (await Promise.race([once(child, 'message'), exited])) as [Report | { error: string } | number];
  await exited;
  if (typeof answer !== 'object' || answer === null) throw new Error(`its process ended with code ${answer}`);
  if ('error' in answer) throw new Error(answer.error);
  const stages = new Map<string, number>();
  for (const { stage, end } of answer.marks) {
    stages.set(stage, end - before);
    before = end;
  }
  return { stages, report: answer };
}

function rowOf({ name, threads }: Contender, starts: readonly Start[], weightBytes: number): string[] {
  const secondsOf = (isCounted: (stage: string) => boolean) =>
    timingOf(
      starts.map(({ stages }) =>
        [...stages].reduce((sum, [stage, time]) => sum + (isCounted(stage) ? time / 1000 : 0), 0),
      ),
    );
  const { median, low, high } = secondsOf(() => true);
  const own = secondsOf((stage) => stage !== 'Node' && stage !== 'imports');
  const peak = Math.max(...starts.map(({ report }) => report.peakBytes));
  const spread = `${figure(low)}–${figure(high)}`;
  return [name, `${threads}`, figure(median), spread, figure(own.median), figure(peak / weightBytes)];
}

function stagesOf({ name, threads }: Contender, starts: readonly Start[], stages: readonly string[]): string[] {
  const medians = stages.map((stage) => {
    const times = starts.flatMap((start) => start.stages.get(stage) ?? []);
    return times.length === 0 ? '' : figure(timingOf(times).median, 0);
  });
  return [name, `${threads}`, ...medians];
}
