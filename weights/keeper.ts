import { keep, type WeightsCache } from './cache.js';

/** Bytes that may wait to be kept. Where more do, a disk is slower than the network, which then has to wait for it. */
const MOST_WAITING = 256 * 2 ** 20;

/**
 * Keeps files in a cache one after the other, in moments when the page has nothing else to do: while weights come as fast as they can be taken,
 * storing them would cost the first prediction a second.
 */
export class Keeper {
  readonly #cache: WeightsCache;
  #isFull = false;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(cache: WeightsCache) {
    this.#cache = cache;
  }

  /**
   * Takes a file, whose bytes must not change from here on.
   * @returns when another can be taken
   */
  async keep(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#waiting += bytes.length;
    this.#last = this.#last.then(async () => {
      if (!this.#isFull) {
        await idle();
        this.#isFull = !(await keep(this.#cache, key, bytes));
      }
      this.#waiting -= bytes.length;
    });
    if (this.#waiting > MOST_WAITING) await this.#last;
  }

  /** When all that was taken is kept, or there was no room for it. */
  get settled(): Promise<void> {
    return this.#last;
  }
}

/** A moment in which there is nothing else to do, or at last a second that has gone by; where a browser does not tell, as in workers, a pause. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve, 50);
  });
}
