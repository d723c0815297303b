import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Contender, environmentOf } from './contenders.js';
import type { EngineOptions } from './engines/engine.js';

/** What the parent asks of a child, and how the child answers. */
export type Request =
  | { readonly kind: 'start'; readonly engine: Contender['engine']; readonly options: EngineOptions }
  /** A layer of AlexNet by name, or the whole of it. */
  | { readonly kind: 'compile'; readonly layer: string | undefined; readonly batch: number }
  | { readonly kind: 'time'; readonly runs: number };

export type Answer = { readonly value: unknown } | { readonly error: string };

/** A contender in a process of its own, so that no heap and no pool of threads disturbs another's. */
export class Child {
  readonly contender: Contender;
  readonly #process: ChildProcess;
  /** What it wrote last, which tells most when it ends unasked. */
  #lastWords = '';

  private constructor(contender: Contender, process: ChildProcess) {
    this.contender = contender;
    this.#process = process;
    process.stderr!.on('data', (words) => {
      this.#lastWords = `${words}`.trim().split('\n').at(-1)!;
    });
  }

  /** @throws Error with the reason why a contender does not start */
  static async start(contender: Contender, checkpoint: string): Promise<Child> {
    const { engine, backend, threads } = contender;
    const child = new Child(
      contender,
      fork(fileURLToPath(new URL('child.ts', import.meta.url)), {
        env: environmentOf(contender),
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      }),
    );
    try {
      await child.#ask({ kind: 'start', engine, options: { backend, threads, checkpoint } });
      return child;
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  /** Builds a layer of AlexNet, or all of it. @returns what it computes for an input that all children make alike */
  async compile(batch: number, layer?: string): Promise<Float32Array> {
    return (await this.#ask({ kind: 'compile', layer, batch })) as Float32Array;
  }

  /** @returns milliseconds of each run */
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
