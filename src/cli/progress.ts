import cliProgress from 'cli-progress';
import type { ConvertProgress } from '../models/index.js';
import { bytesText } from './output.js';

export interface Progress {
  update(value: number, total: number): void;
  /** Takes the bar off the screen. */
  stop(): void;
}

/** A bar on stderr while something long goes on; nothing where stderr is no terminal. */
export function progressBar(label: string, valueText: (value: number) => string = String): Progress {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    // Else it would switch the terminal's wrapping off, and an interrupt leave it so.
    linewrap: true,
    // Ctrl-C is the program's own business.
    gracefulExit: false,
    format: (options, { value, total, progress }) =>
      `${label} ${cliProgress.Format.BarFormat(progress, options)} ${valueText(value)} of ${valueText(total)}`,
    barsize: 30,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  return {
    update(value, total) {
      if (!bar.isActive) bar.start(total, value);
      bar.update(value);
    },
    stop: () => bar.stop(),
  };
}

const stages: Readonly<Record<ConvertProgress['stage'], string>> = {
  waiting: 'Waiting for another process',
  downloading: 'Downloading',
  reading: 'Reading',
  writing: 'Writing',
};

/** Weights on their way into a model or a file: a bar for each stage, one after the other. */
export function loadingBar(): { update(progress: ConvertProgress): void; stop(): void } {
  let current: { stage: string; bar: Progress } | undefined;
  return {
    update({ stage, loaded, total }) {
      if (current?.stage !== stage) {
        current?.bar.stop();
        current = { stage, bar: progressBar(stages[stage], bytesText) };
      }
      current.bar.update(loaded, total);
    },
    stop: () => current?.bar.stop(),
  };
}
