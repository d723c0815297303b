import { fork, type ChildProcess as NodeProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Request } from './child.js';
import { type Contender, environmentOf } from './contenders.js';
import type { Child } from './family.js';

/** How a child in a process answers. */
export type Answer = { readonly value: unknown } | { readonly error: string };

/** A contender in a process of its own, so that no heap and no pool of threads disturbs another's. */
export class ChildProcess implements Child {
  readonly contender: Contender;
  readonly #process: NodeProcess;
  /** What it wrote last, which tells most when it ends unasked. */
  #lastWords = '';

  private constructor(contender: Contender, process: NodeProcess) {
    this.contender = contender;
    this.#process = process;
    process.stderr!.on('data', (words) => {
      this.#lastWords = `${words}`.trim().split('\n').at(-1)!;
    });
  }

  /** @throws Error with the reason why a contender does not start */
  static async start(contender: Contender, checkpoint: string): Promise<ChildProcess> {
    const { engine, backend, threads } = contender;
    const child = new ChildProcess(
      contender,
      fork(fileURLToPath(new URL('child-main.ts', import.meta.url)), [engine], {
        env: environmentOf(contender),
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      }),
    );
    try {
      await child.#ask({ kind: 'start', options: { backend, threads, checkpoint } });
      return child;
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  async compile(batch: number, layer?: string): Promise<Float32Array> {
    return (await this.#ask({ kind: 'compile', layer, batch })) as Float32Array;
  }

  async time(runs: number): Promise<number[]> {
    return (await this.#ask({ kind: 'time', runs })) as number[];
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  async #ask(request: Request): Promise<unknown> {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      const answered = once(this.#process, 'message', { signal });
      const ended = once(this.#process, 'exit', { signal });
      this.#process.send(request);
      const lost = ended.then(([code, signalName]) => [
        { error: `its process ended with ${signalName ?? `code ${code}`}: ${this.#lastWords}` },
      ]);
      const [answer] = (await Promise.race([answered, lost])) as [Answer];
      if ('error' in answer) throw new Error(answer.error);
      return answer.value;
    } finally {
      waiting.abort();
    }
  }
}
