import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../contenders.js';
import type { Training } from './networks.js';

/** A program that trains: this package on a backend, or PyTorch. */
export interface Trainer {
  readonly name: string;
  readonly backend: 'wasm' | 'tensorflow' | 'pytorch';
  readonly threads: number;
}

const python = '/usr/bin/python3'; // which finds Debian's PyTorch

/** A trainer in a process of its own. It says when it is ready, and then answers each line of JSON with one. */
export class TrainerChild {
  readonly trainer: Trainer;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #lastWords = '';

  private constructor(trainer: Trainer, process: ChildProcess) {
    this.trainer = trainer;
    this.#process = process;
    this.#lines = createInterface({ input: process.stdout! })[Symbol.asyncIterator]();
    process.stderr!.on('data', (words) => {
      this.#lastWords = `${words}`.trim().split('\n').at(-1)!;
    });
    process.stdin!.on('error', () => undefined); // what ends by itself says why on stderr
  }

  /** @throws Error with the reason why a trainer does not start */
  static async start(trainer: Trainer, { name }: Training, checkpoint: string): Promise<TrainerChild> {
    const { backend, threads } = trainer;
    const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
    const [command, ...args] =
      backend === 'pytorch'
        ? [python, file('torch_steps.py'), name, `${threads}`, checkpoint]
        : [process.execPath, ...process.execArgv, file('tfjs-steps.ts'), name, backend, `${threads}`, checkpoint];
    const running = spawn(command!, args, { env: environmentOf(trainer), stdio: ['pipe', 'pipe', 'pipe'] });
    const child = new TrainerChild(trainer, running);
    const failed = once(running, 'error').then(([error]) => {
      throw error;
    });
    await Promise.race([child.#nextLine(), failed]);
    return child;
  }

  /** The losses of so many steps without dropout. */
  losses(steps: number): Promise<number[]> {
    return this.#ask('losses', steps);
  }

  /** Milliseconds of each of so many steps, after one that does not count. */
  time(steps: number): Promise<number[]> {
    return this.#ask('time', steps);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  async #ask(kind: 'losses' | 'time', steps: number): Promise<number[]> {
    this.#process.stdin!.write(`${JSON.stringify({ kind, steps })}\n`);
    return (await this.#nextLine()).values;
  }

  async #nextLine(): Promise<{ values: number[] }> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(this.#lastWords || 'its process ended without a word');
    return JSON.parse(value) as { values: number[] };
  }
}
