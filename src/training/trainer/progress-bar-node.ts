import cliProgress from 'cli-progress';
import type { Callback } from './callback.js';
import type { EpochRecord, Figures } from './records.js';

// What `#training-platform` is in Node.

/** How fast steps were is measured over as many of the last ones. */
const WINDOW = 20;

/**
 * A callback that shows on a terminal how far an epoch has come, with its loss, the rate in examples a second and the time left; and a line for each
 * epoch behind it, and for why it ends before its time. Where stderr is no terminal there are only the lines.
 * @example
 * ```ts
 * const callbacks = [training.progressBar()];
 * ```
 */
export function progressBar(): Callback {
  let bar: cliProgress.SingleBar | undefined;
  let times: number[] = [];
  const close = () => {
    bar?.stop();
    bar = undefined;
    times = [];
  };
  const show = (label: string, done: number, total: number | undefined, text: string) => {
    if (!process.stderr.isTTY) return;
    bar ??= newBar();
    if (!bar.isActive) bar.start(total ?? 0, done, { label, text });
    bar.update(done, { label, text });
  };
  return {
    onStep({ epoch, batch, batches, size, loss, lr }, { maxEpochs }) {
      times = [...times, performance.now()].slice(-WINDOW - 1);
      const seconds = (times.at(-1)! - times[0]!) / 1000 / Math.max(1, times.length - 1);
      const rate = seconds > 0 ? ` ${(size / seconds).toPrecision(3)}/s` : '';
      const left = seconds > 0 && batches !== undefined ? ` ${durationText((batches - batch) * seconds)} left` : '';
      show(
        `Epoch ${epoch} of ${maxEpochs}`,
        batch,
        batches,
        `loss ${loss.toFixed(4)}, lr ${rateText(lr)}${rate && `,${rate}`}${left && `,${left}`}`,
      );
    },
    onValidationStep(batch, batches, { history, maxEpochs }) {
      if (batch === 1) close();
      show(`Epoch ${history.length + 1} of ${maxEpochs}`, batch, batches, 'validation');
    },
    onEpochEnd(record, { maxEpochs }) {
      close();
      process.stderr.write(`${epochText(record, maxEpochs)}\n`);
    },
    onEnd({ history, stopReason }) {
      close();
      if (stopReason !== undefined) process.stderr.write(`Stopped behind epoch ${history.length}: ${stopReason}\n`);
    },
  };
}

function newBar(): cliProgress.SingleBar {
  return new cliProgress.SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    // Else it would switch the terminal's wrapping off, and an interrupt leave it so.
    linewrap: true,
    // Ctrl-C is the program's own business.
    gracefulExit: false,
    format: (options, { value, total, progress }, { label, text }) => {
      const of = total > 0 ? `${cliProgress.Format.BarFormat(progress, options)} ${value} of ${total}` : String(value);
      return `${label} ${of}, ${text}`;
    },
    barsize: 20,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
}

/** 'Epoch 3 of 10: loss 0.4012, accuracy 0.8531; validation loss 0.4217, accuracy 0.8474; lr 0.1, 12 s' */
function epochText({ epoch, train, validation, lr, seconds }: EpochRecord, maxEpochs: number): string {
  const parts = [figuresText(train), ...(validation ? [`validation ${figuresText(validation)}`] : [])];
  return `Epoch ${epoch} of ${maxEpochs}: ${parts.join('; ')}; lr ${rateText(lr)}, ${durationText(seconds)}`;
}

function figuresText(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toFixed(4)}`)
    .join(', ');
}

/** 0.034999999999999996 → '0.035'. */
function rateText(lr: number): string {
  return String(Number(lr.toPrecision(4)));
}

/** 75 → '1 min 15 s'. */
function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
