/** Where a stream of random numbers is: plain numbers, to be kept in a checkpoint. */
export type RandomState = readonly [a: number, b: number, c: number, counter: number, spareNormal?: number];

/** A seeded stream of random numbers: sfc32, small and fast enough to fill a hundred million weights. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal: number | undefined;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) | 0;
    this.#c = 0x9e3779b9;
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A stream that goes on where another was. */
  static at([a, b, c, counter, spareNormal]: RandomState): Random {
    const random = new Random(0);
    [random.#a, random.#b, random.#c, random.#counter] = [a, b, c, counter];
    random.#spareNormal = spareNormal;
    return random;
  }

  /** Where it is. */
  state(): RandomState {
    const state = [this.#a, this.#b, this.#c, this.#counter] as const;
    return this.#spareNormal === undefined ? state : [...state, this.#spareNormal];
  }

  /** Uniform over the 2³² integers from 0. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** Uniform over the integers from 0 to below `end`, which is at most 2³². */
  integer(end: number): number {
    return Math.floor(this.uniform() * end);
  }

  /** Brings an array into random order, each order as likely as any other (Fisher and Yates). */
  shuffle<T>(items: { readonly length: number; [index: number]: T }): void {
    for (let last = items.length - 1; last > 0; last--) {
      const chosen = this.integer(last + 1);
      [items[last], items[chosen]] = [items[chosen]!, items[last]!];
    }
  }

  /** Normal with mean 0 and standard deviation 1 (Marsaglia's polar method, which makes two at a time). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = v * scale;
      return u * scale;
    }
  }
}

let seeds = new Random(Math.random() * 2 ** 53);

/**
 * Makes initialisation, dropout, shuffling and random transforms repeatable from here on.
 *
 * Differs from PyTorch: the numbers are ours, so equal runs in both need equal initial checkpoints.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.manual_seed.html
 */
export function manualSeed(seed: number): void {
  seeds = new Random(seed);
}

/** A stream of its own for one parameter or one dropout mask: what it draws does not depend on when it is drawn. */
export function forkRandom(): Random {
  return new Random(newSeed());
}

/** A seed, different each time, that follows `manualSeed`. */
export function newSeed(): number {
  return seeds.uint32() * 2 ** 21 + (seeds.uint32() >>> 11);
}

/**
 * Runs what draws random numbers as if `manualSeed(seed)` came before it; what is drawn afterwards does not notice.
 * @param fn synchronous, for what runs between its awaits would draw from the same stream
 */
export function withSeed<T>(seed: number, fn: () => T): T {
  const outer = seeds;
  seeds = new Random(seed);
  try {
    return fn();
  } finally {
    seeds = outer;
  }
}

/**
 * Where the stream behind `manualSeed` has come to, to go on from there another time, as a training that is resumed does.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.get_rng_state.html
 */
export function randomState(): RandomState {
  return seeds.state();
}

/** Goes on from a state of `randomState`. */
export function setRandomState(state: RandomState): void {
  seeds = Random.at(state);
}
