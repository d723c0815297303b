import { setTimeout as sleep } from 'node:timers/promises';
import { expectAgreement } from './agreement.js';
import { ChildProcess } from './child-process.js';
import { type Contender, labelOf } from './contenders.js';
import { type Timing, timingOf } from './statistics.js';

/** A contender where no heap and no pool of threads disturbs another's. */
export interface Child {
  readonly contender: Contender;
  /** Builds a layer of AlexNet, or all of it. @returns what it computes for an input that all children make alike */
  compile(batch: number, layer?: string): Promise<Float32Array>;
  /** @returns milliseconds of each run */
  time(runs: number): Promise<number[]>;
  stop(): Promise<void>;
}

/** Contenders by themselves that take turns, so that whatever else the machine does falls on all alike. */
export class Family {
  readonly #note: (text: string) => void;
  #children: Child[] = [];

  private constructor(note: (text: string) => void) {
    this.#note = note;
  }

  /** Starts what can be started; `note` is told what cannot. */
  static async start(
    contenders: readonly Contender[],
    checkpoint: string,
    note: (text: string) => void,
    startChild: (contender: Contender, checkpoint: string) => Promise<Child> = ChildProcess.start,
  ): Promise<Family> {
    const family = new Family(note);
    for (const contender of contenders) {
      try {
        family.#children.push(await startChild(contender, checkpoint));
      } catch (error) {
        family.#drop(contender, error);
      }
    }
    return family;
  }

  /**
   * Has all build AlexNet, or a layer of it.
   * @throws Error if one computes other values than the first
   */
  async compile(batch: number, layer?: string): Promise<void> {
    const values = await this.#each((child) => child.compile(batch, layer));
    expectAgreement(
      layer ?? 'AlexNet',
      [...values].map(([contender, each]) => [labelOf(contender), each] as const),
    );
  }

  /** Has each compute `runs` times a turn, for this many turns after one that warms up. */
  async time({ turns, runs }: { turns: number; runs: number }): Promise<Map<Contender, Timing>> {
    const times = new Map<Contender, number[]>();
    for (let turn = -1; turn < turns; turn++) {
      const measured = await this.#each(async (child) => {
        await sleep(20); // Idle threads spin for some milliseconds before they sleep.
        return child.time(runs);
      });
      if (turn < 0) continue;
      for (const [contender, each] of measured) times.set(contender, [...(times.get(contender) ?? []), ...each]);
    }
    return new Map([...times].map(([contender, all]) => [contender, timingOf(all)]));
  }

  async stop(): Promise<void> {
    for (const child of this.#children) await child.stop();
  }

  /** One after the other; who fails is named and left out from then on. */
  async #each<T>(ask: (child: Child) => Promise<T>): Promise<Map<Contender, T>> {
    const answers = new Map<Contender, T>();
    for (const child of this.#children) {
      try {
        answers.set(child.contender, await ask(child));
      } catch (error) {
        this.#children = this.#children.filter((other) => other !== child);
        this.#drop(child.contender, error);
        await child.stop();
      }
    }
    if (answers.size === 0) throw new Error('No contender is left.');
    return answers;
  }

  #drop(contender: Contender, error: unknown): void {
    this.#note(`${labelOf(contender)} is left out: ${(error as Error).message}`);
  }
}
