import { keep, type WeightsCache } from './cache.js';

/** Bytes that may wait to be kept. Where more do, a disk is slower than the network, which then has to wait for it. */
const MOST_WAITING = 256 * 2 ** 20;

/**
 * Keeps files in a cache one after the other, in moments when the page has nothing else to do: while weights come as fast as they can be taken,
 * storing them would cost the first prediction a second.
 */
export class Keeper {
  static readonly #keepers = new WeakMap<WeightsCache, Keeper>();

  readonly #cache: WeightsCache;
  readonly #waiting = new Map<string, Uint8Array<ArrayBuffer>>();
  #isFull = false;
  #last: Promise<void> = Promise.resolve();

  private constructor(cache: WeightsCache) {
    this.#cache = cache;
  }

  /** The one of a cache. */
  static of(cache: WeightsCache): Keeper {
    const keeper = Keeper.#keepers.get(cache) ?? new Keeper(cache);
    Keeper.#keepers.set(cache, keeper);
    return keeper;
  }

  /**
   * Takes a file, whose bytes must not change from here on.
   * @returns when another can be taken
   */
  async keep(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#waiting.set(key, bytes);
    this.#last = this.#last.then(() => this.#store(key, bytes));
    if (this.#bytesWaiting > MOST_WAITING) await this.#last;
  }

  /** A file that was taken, and is not kept yet. */
  waiting(key: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#waiting.get(key);
  }

  /** When all that was taken is kept, or there was no room for it. */
  get settled(): Promise<void> {
    return this.#last;
  }

  get #bytesWaiting(): number {
    return [...this.#waiting.values()].reduce((sum, { length }) => sum + length, 0);
  }

  async #store(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!this.#isFull) {
      await idle();
      this.#isFull = !(await keep(this.#cache, key, bytes));
    }
    if (this.#waiting.get(key) === bytes) this.#waiting.delete(key); // and not a newer one
  }
}

/** A moment in which there is nothing else to do, or at last a second that has gone by; where a browser does not tell, as in workers, a pause. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve, 50);
  });
}
