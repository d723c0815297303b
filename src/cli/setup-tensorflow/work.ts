import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandLine, type RunOptions, run } from './programs.js';

/** What the steps of one run share. */
export interface Work {
  /** Where lies what is not whole yet. It is gone at the end, however that comes. */
  readonly folder: string;
  readonly python: string;
  /** Tells what is being done. */
  step(text: string): void;
  run(task: string, command: CommandLine, options?: RunOptions): Promise<string>;
}

interface WorkOptions {
  readonly python: string;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
}

/** Lends a folder inside `home` for as long as `use` takes. */
export async function withWork<T>(
  home: string,
  { python, signal, onStep }: WorkOptions,
  use: (work: Work) => Promise<T>,
): Promise<T> {
  const folder = join(home, `work-${process.pid}`);
  await clearAbandoned(home);
  await mkdir(folder, { recursive: true });
  try {
    return await use({
      folder,
      python,
      step: onStep,
      run: (task, command, options) => run(task, command, signal, options),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes the folders of runs that were killed. */
async function clearAbandoned(home: string): Promise<void> {
  for (const name of await readdir(home).catch(() => [])) {
    const pid = Number(/^work-(\d+)$/.exec(name)?.[1]);
    if (pid && !isRunning(pid)) await rm(join(home, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
