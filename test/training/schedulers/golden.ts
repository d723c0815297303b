import { readFileSync } from 'node:fs';
import { nn, training } from 'tfjs-zoo';

/** [scheduler, arguments, options] */
type Description = readonly [name: string, args: readonly unknown[], options: object];

/** A case of make_schedulers.py. */
interface SchedulerCase {
  readonly name: string;
  readonly schedulers: readonly Description[];
  /** Of each epoch the rates of both groups. */
  readonly rates: readonly (readonly number[])[];
}

export const fixtures = new URL('../../fixtures/training/', import.meta.url);

const golden: { readonly metrics: readonly (number | null)[]; readonly cases: readonly SchedulerCase[] } = JSON.parse(
  readFileSync(new URL('schedulers.json', fixtures), 'utf8'),
);

export const { cases } = golden;
const metrics = golden.metrics.map((metric) => metric ?? Number.NaN);

const EPOCHS = 60;
export const SAVED = 25;
const BY_HAND = 40;

type Constructor = new (optimizer: training.Optimizer, ...args: unknown[]) => training.Scheduler;

function build(optimizer: training.Optimizer, [name, args, options]: Description): training.Scheduler {
  const given = [...args];
  if (name === 'SequentialLR') given[0] = (args[0] as Description[]).map((inner) => build(optimizer, inner));
  const constructors = training as unknown as Record<string, Constructor>;
  return new constructors[name]!(optimizer, ...given, options);
}

/** An optimizer of two groups; it has no tensors until it steps. */
export function optimizerOfTwo(): training.SGD {
  const group = (lr: number) => ({
    params: new nn.Parameter({ shape: [2], init: () => new Float32Array(2), lazy: true }),
    lr,
  });
  return new training.SGD([group(0.1), group(0.02)]);
}

export function start({ schedulers }: SchedulerCase) {
  const optimizer = optimizerOfTwo();
  return { optimizer, schedulers: schedulers.map((description) => build(optimizer, description)) };
}

/** The rates of each epoch, from one on until before another. */
export function run(
  { optimizer, schedulers }: ReturnType<typeof start>,
  { from = 0, to = EPOCHS }: { from?: number; to?: number } = {},
): number[][] {
  const rates: number[][] = [];
  for (let epoch = from; epoch < to; epoch++) {
    if (epoch === BY_HAND) optimizer.paramGroups[0]!.lr *= 2;
    rates.push(optimizer.paramGroups.map(({ lr }) => lr));
    for (const scheduler of schedulers) scheduler.step(metrics[epoch]);
  }
  return rates;
}
