import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectAgreement } from './agreement.js';
import { isInstalled } from './contenders.js';
import { type Timing, timingOf } from './statistics.js';
import type { Suite, SuiteContext } from './suite.js';
import { figure, table } from './table.js';
import { type Trainer, TrainerChild } from './training/child.js';
import { type Training, trainings, writeStart } from './training/networks.js';

const trainers: readonly Trainer[] = [
  { name: 'tfjs-zoo, wasm', backend: 'wasm' } as const,
  { name: 'tfjs-zoo, tensorflow', backend: 'tensorflow' } as const,
  { name: 'PyTorch', backend: 'pytorch' } as const,
].flatMap((trainer) => [1, 2].map((threads) => ({ ...trainer, threads })));

/** Steps whose losses all trainers must have in common. */
const COMPARED = 3;

/** Steps of an epoch of Fashion-MNIST, batch 128. JavaScript's compilers are not done before: a step takes up to twice as long at first. */
const EPOCH = 469;

/** Milliseconds of a step of SGD on a batch in memory, to the loss in memory: forward, cross-entropy, backward and update. */
export const trainingSuite: Suite = async (context) => {
  for (const training of trainings) {
    context.note(`Training: ${training.title} …`);
    const checkpoint = await writeStart(training, dirname(context.checkpoint));
    const children = await startAll(training, checkpoint, context);
    try {
      const losses: [string, number[]][] = [];
      for (const child of children) losses.push([labelOf(child.trainer), await child.losses(COMPARED)]);
      expectAgreement(training.title, losses);
      const timings = await timeAll(children, training, context);
      context.print(`\n## Training: ${training.title}, batch ${training.batch}\n`);
      context.print(
        table(['', 'threads', 'ms', 'middle half', 'fastest', '/ PyTorch', 'fastest / PyTorch'], rowsOf(timings)),
      );
    } finally {
      for (const child of children) await child.stop();
    }
  }
};

function labelOf({ name, threads }: Trainer): string {
  return `${name}, threads: ${threads}`;
}

async function startAll(training: Training, checkpoint: string, { note }: SuiteContext): Promise<TrainerChild[]> {
  const children: TrainerChild[] = [];
  for (const trainer of trainers.filter(isInstalled)) {
    try {
      children.push(await TrainerChild.start(trainer, training, checkpoint));
    } catch (error) {
      note(`${labelOf(trainer)} is left out: ${(error as Error).message}`);
    }
  }
  return children;
}

/** All take turns, so that whatever else the machine does falls on all alike; warm, as behind a first epoch of LeNet's. */
async function timeAll(
  children: readonly TrainerChild[],
  { name }: Training,
  { isQuick }: SuiteContext,
): Promise<Map<Trainer, Timing>> {
  const [warmUp, turns, steps] = name === 'lenet' ? [EPOCH, 5, 100] : [2, 5, 2];
  for (const child of children) await child.time(warmUp);
  const times = new Map<Trainer, number[]>();
  for (let turn = 0; turn < (isQuick ? 2 : turns); turn++) {
    for (const child of children) {
      await sleep(20); // Idle threads spin for some milliseconds before they sleep.
      times.set(child.trainer, [...(times.get(child.trainer) ?? []), ...(await child.time(steps))]);
    }
  }
  return new Map([...times].map(([trainer, all]) => [trainer, timingOf(all)]));
}

function rowsOf(timings: ReadonlyMap<Trainer, Timing>): string[][] {
  const all = [...timings].sort(([a], [b]) => a.threads - b.threads);
  return all.map(([{ name, backend, threads }, { fastest, median, low, high }]) => {
    const [, peer] = all.find(([other]) => other.backend === 'pytorch' && other.threads === threads) ?? [];
    const ratios =
      backend === 'pytorch' ? ['', ''] : [figure(peer && median / peer.median), figure(peer && fastest / peer.fastest)];
    return [
      name,
      `${threads}`,
      figure(median, 1),
      `${figure(low, 1)}–${figure(high, 1)}`,
      figure(fastest, 1),
      ...ratios,
    ];
  });
}
