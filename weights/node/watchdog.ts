import { Failure } from '../failure.js';

/** Aborts what has stood still for a while, or what the caller no longer wants. */
export class Watchdog {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #patience: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param patience milliseconds */
  constructor(patience: number, signal?: AbortSignal) {
    this.#patience = patience;
    this.signal = signal ? AbortSignal.any([this.#controller.signal, signal]) : this.#controller.signal;
    this.feed();
  }

  /** Something has moved. */
  feed(): void {
    clearTimeout(this.#timer);
    const reason = () => new Failure(`no bytes for ${this.#patience / 1000} s`, { again: true });
    this.#timer = setTimeout(() => this.#controller.abort(reason()), this.#patience);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
