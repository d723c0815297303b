import * as tf from '@tensorflow/tfjs-core';
import { baseUrl, entriesFor } from '../../../weights/index.js';
import type { BackendInfo, BackendName, BackendOptions } from '../../backends/index.js';
import { ZooError } from '../../core/index.js';
import type { ImageSource } from '../../transforms/index.js';
import { type ClassifierOptions, expectTop, type Prediction } from '../classifier.js';
import { type CallName, type Calls, type Order, type Outcome, type Reply, receiveError } from './messages.js';
import { absolute, sendable } from './send-image.js';
import { startWorker } from './start-worker.js';

/** Where a classifier's worker computes, and which worker that is. */
export interface WorkerOptions extends BackendOptions {
  /** As for `backends.use`. Default: 'auto', the fastest that starts in the worker. */
  readonly backend?: BackendName | 'auto' | undefined;
  /**
   * Makes the worker, where a bundler does not bring this package's by itself: a module that imports 'tfjs-zoo/worker', and perhaps
   * '@tensorflow/tfjs-backend-webgpu' before it.
   */
  readonly create?: (() => Worker) | undefined;
}

interface Pending {
  resolve(result: never): void;
  reject(error: Error): void;
}

/** Options that stay in the page, for they are functions or lists of them. */
type PageOptions = Pick<ClassifierOptions, 'onProgress' | 'onLoad' | 'signal'>;

/** A classifier whose model lives in a Web Worker: the page stays smooth while it loads and computes. Made by `createClassifier(name, { worker: true })`. */
export class WorkerClassifier {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners: PageOptions;
  #lastId = 0;
  #end: Error | undefined;
  #created: Awaited<ReturnType<Calls['create']>> | undefined;

  private constructor(worker: Worker, listeners: PageOptions) {
    this.#worker = worker;
    this.#listeners = listeners;
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => this.#receive(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#stop(
        new ZooError(
          `createClassifier: expected a worker that runs, got: ${event.message || 'its file did not load'}. ` +
            "See 'In a worker' in docs/browser.md for how a bundler brings it, or leave worker out.",
        ),
      );
    });
  }

  /** @internal */
  static async create(
    name: string,
    { onProgress, onLoad, signal, transforms, ...options }: ClassifierOptions,
    { create = startWorker, backend = 'auto', ...backendOptions }: WorkerOptions,
  ): Promise<WorkerClassifier> {
    if (typeof Worker === 'undefined') {
      throw new ZooError('createClassifier: expected a page with Web Workers, got none. Leave worker out.');
    }
    if (transforms) {
      throw new ZooError(
        `createClassifier('${name}'): expected no transforms with a worker, for code cannot be sent to it, got some. Leave one of the two out.`,
      );
    }
    signal?.throwIfAborted();
    const classifier = new WorkerClassifier(create(), { onProgress, onLoad });
    const abort = () => classifier.#stop(signal!.reason as Error);
    signal?.addEventListener('abort', abort);
    try {
      const { weights } = options;
      const isAddress = typeof weights === 'string' || weights instanceof URL;
      const order: Order = {
        name,
        options: isAddress ? { ...options, weights: absolute(weights) } : { ...options },
        backend,
        ...backendOptions,
        entries: entriesFor(name),
        baseUrl: baseUrl() && absolute(baseUrl()!),
      };
      classifier.#created = await classifier.#call('create', [order]);
      return classifier;
    } catch (error) {
      classifier.dispose();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Undefined where nothing tells the names. */
  get categories(): readonly string[] | undefined {
    return this.#created?.categories;
  }

  /** What computes in the worker. */
  get backend(): BackendInfo {
    return this.#created!.backend;
  }

  /** As `Classifier.warmup`. */
  async warmup(): Promise<void> {
    await this.#call('warmup', []);
  }

  /** As `Classifier.classify`. Of a canvas, a video or a bitmap, what it shows now is copied; files are read in the worker. */
  async classify(image: ImageSource, options?: { top?: number }): Promise<Prediction[]>;
  async classify(images: readonly ImageSource[], options?: { top?: number }): Promise<Prediction[][]>;
  async classify(
    images: ImageSource | readonly ImageSource[],
    { top = 5 }: { top?: number } = {},
  ): Promise<Prediction[] | Prediction[][]> {
    expectTop(top);
    const [list, handedOver] = await sendableList(images);
    const predictions = await this.#call('classify', [list, top], handedOver);
    return Array.isArray(images) ? predictions : predictions[0]!;
  }

  /** As `Classifier.features`: [D], or [N, D] of an array, on the page's own backend. The tensor is the caller's. */
  async features(images: ImageSource | readonly ImageSource[]): Promise<tf.Tensor> {
    const [list, handedOver] = await sendableList(images);
    const { values, shape } = await this.#call('features', [list], handedOver);
    return tf.tensor(values, Array.isArray(images) ? shape : shape.slice(1));
  }

  /** Ends the worker, and with it whatever it is doing. */
  dispose(): void {
    this.#stop(
      new ZooError('WorkerClassifier: expected one that is in use, got one that was disposed. Create another.'),
    );
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #call<Name extends CallName>(
    call: Name,
    args: Parameters<Calls[Name]>,
    handedOver: Transferable[] = [],
  ): Promise<ReturnType<Calls[Name]>> {
    if (this.#end) return Promise.reject(this.#end);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      try {
        this.#worker.postMessage({ id, call, args }, handedOver);
        this.#pending.set(id, { resolve, reject });
      } catch (error) {
        reject(
          new ZooError(
            `WorkerClassifier: expected what can be sent to a worker, got: ${(error as Error).message} Leave functions and the like out, ` +
              'pictures of other sites too, or leave worker out.',
            { cause: error },
          ),
        );
      }
    });
  }

  #receive(reply: Reply): void {
    if ('progress' in reply) this.#listeners.onProgress?.(reply.progress);
    else if ('report' in reply) this.#listeners.onLoad?.(reply.report);
    else this.#settle(reply.id, reply);
  }

  #settle(id: number, outcome: Outcome): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if ('error' in outcome) pending?.reject(receiveError(outcome.error));
    else pending?.resolve(outcome.result as never);
  }

  #stop(reason: Error): void {
    this.#end ??= reason;
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(this.#end);
    this.#pending.clear();
  }
}

async function sendableList(
  images: ImageSource | readonly ImageSource[],
): Promise<[images: ImageSource[], handedOver: Transferable[]]> {
  const list: readonly ImageSource[] = Array.isArray(images) ? images : [images];
  const sent = await Promise.all(list.map(sendable));
  return [sent.map(([image]) => image), sent.flatMap(([, handedOver]) => handedOver)];
}
