import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ImageError } from '../../core/index.js';
import type { RGBImage } from '../image.js';

export interface ToLoad {
  readonly id: number;
  readonly path: string;
}

export type Loaded = { readonly id: number } & ({ readonly image: RGBImage } | { readonly error: string });

/** What a thread is given when it starts. */
export interface ThreadData {
  /** Bytes of pixels that it has sent and nobody has received. */
  readonly unread: Int32Array;
  /** With more, it waits. */
  readonly mostUnread: number;
}

interface Waiting {
  resolve(image: RGBImage): void;
  reject(error: Error): void;
}

/** A thread that decodes images, and what it has been asked for. The process lives no longer for it unless it is at work. */
class DecodingThread {
  readonly #worker: Worker;
  readonly #unread = new Int32Array(new SharedArrayBuffer(4));
  readonly #waiting = new Map<number, Waiting>();
  /** Whether it has ever answered. */
  hasAnswered = false;

  constructor(script: URL, mostUnread: number, onEnd: () => void) {
    const workerData: ThreadData = { unread: this.#unread, mostUnread };
    // Not with the options of this process, some of which are for its own program.
    this.#worker = new Worker(script, { workerData, execArgv: [] });
    this.#worker.on('message', (loaded: Loaded) => this.#receive(loaded));
    this.#worker.on('error', () => {}); // it ends then
    this.#worker.on('exit', (code) => {
      onEnd();
      const error = new Error(`a thread that ended with code ${code}`);
      for (const { reject } of this.#waiting.values()) reject(error);
    });
  }

  /** How many files it has yet to load. */
  get load(): number {
    return this.#waiting.size;
  }

  ask(file: ToLoad): Promise<RGBImage> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(file.id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(file);
    });
  }

  #receive(loaded: Loaded): void {
    this.hasAnswered = true;
    const { resolve, reject } = this.#waiting.get(loaded.id)!;
    this.#waiting.delete(loaded.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in loaded) {
      reject(new ImageError(loaded.error));
    } else {
      Atomics.sub(this.#unread, 0, loaded.image.data.length);
      Atomics.notify(this.#unread, 0);
      resolve(loaded.image);
    }
  }
}

/** Threads that decode images, started when there is work. */
export class DecodingThreads {
  readonly #script: URL;
  readonly #threads = new Set<DecodingThread>();
  /** How many there may be. */
  #most: number;
  readonly #mostUnread: number;
  #asked = 0;

  constructor(script: URL, most: number = Math.max(availableParallelism() - 1, 1), mostUnread: number = 2 ** 26) {
    this.#script = script;
    this.#most = most;
    this.#mostUnread = mostUnread;
  }

  /**
   * Loads a file on the thread that has the least to do.
   * @throws ImageError as `loadImage` does, another error where the thread ended before it was done
   */
  async load(path: string): Promise<RGBImage> {
    if (this.#most === 0) throw new Error('no thread that starts');
    const file: ToLoad = { id: this.#asked++, path };
    const [idlest] = [...this.#threads].sort((a, b) => a.load - b.load);
    const thread = idlest && (idlest.load === 0 || this.#threads.size >= this.#most) ? idlest : this.#start();
    return thread.ask(file);
  }

  #start(): DecodingThread {
    const thread = new DecodingThread(this.#script, this.#mostUnread, () => {
      this.#threads.delete(thread);
      // Another would do no better, as where a bundler has left its script behind.
      if (!thread.hasAnswered) this.#most = 0;
    });
    this.#threads.add(thread);
    return thread;
  }
}
