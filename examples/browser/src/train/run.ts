import * as tf from '@tensorflow/tfjs-core';
import { datasets, type models, training, transforms } from 'tfjs-zoo';
import { nextFrame } from '../turns.js';
import type { GrayImages, Split } from './images.js';
import type { Network } from './networks.js';

export const BATCH_SIZE = 64;
/** Steps between looks at the test images. */
const CHECK_EVERY = 20;
/** Milliseconds of work until the page may draw. */
const SLICE = 30;

export interface Watcher {
  onStep(record: training.StepRecord): void;
  /** What the network takes the watched images for, and the share of them that is right. */
  onCheck(step: number, predicted: readonly number[], accuracy: number): void;
}

export interface Settings {
  readonly epochs: number;
  readonly rate: number;
}

/** A training in this tab, which can be paused and stopped. */
export class TrainingRun {
  readonly model: models.ImageModel;
  readonly #network: Network;
  readonly #split: Split;
  readonly #watched: GrayImages;
  readonly #watcher: Watcher;
  readonly #stop = new AbortController();
  #resume: (() => void) | undefined;
  #paused: Promise<void> | undefined;
  #drawnAt = performance.now();

  /** `watched` are the test images that are looked at again and again. */
  constructor(network: Network, model: models.ImageModel, split: Split, watched: GrayImages, watcher: Watcher) {
    this.#network = network;
    this.model = model;
    this.#split = split;
    this.#watched = watched;
    this.#watcher = watcher;
  }

  /**
   * Trains until the end, or until it is stopped; the model is then ready to predict.
   * @returns what each whole epoch came to
   */
  async fit({ epochs, rate }: Settings): Promise<readonly training.EpochRecord[]> {
    let history: readonly training.EpochRecord[] = [];
    const trainer = new training.Trainer({
      maxEpochs: epochs,
      optimizer: (parameters) => new training.Adam(parameters, { lr: rate }),
      callbacks: [
        {
          onStart: () => this.#check(0),
          onStep: (record) => this.#afterStep(record),
          onValidationStep: () => this.#giveWay(),
          onEnd: (training) => (history = training.history),
        },
      ],
    });
    const { train, test } = this.#split;
    try {
      await trainer.fit(this.model, this.#batches(train, BATCH_SIZE, true), this.#batches(test, 200), {
        signal: this.#stop.signal,
      });
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    } finally {
      this.model.eval();
    }
    return history;
  }

  /** Waits behind the next step, or goes on. @returns whether it waits */
  togglePause(): boolean {
    this.#resume?.();
    if (this.#paused) {
      this.#paused = undefined;
      return false;
    }
    this.#paused = new Promise((resolve) => {
      this.#resume = resolve;
    });
    return true;
  }

  stop(): void {
    this.#stop.abort();
    this.#resume?.();
  }

  #batches(images: GrayImages, batchSize: number, shuffle = false): datasets.DataLoader {
    const { size } = this.#network;
    const transform = size === images.side ? undefined : new transforms.Resize([size, size]);
    return new datasets.DataLoader(images, { batchSize, shuffle, transform });
  }

  async #afterStep(record: training.StepRecord): Promise<void> {
    this.#watcher.onStep(record);
    if (record.step % CHECK_EVERY === 0) await this.#check(record.step);
    await this.#paused;
    await this.#giveWay();
  }

  async #check(step: number): Promise<void> {
    this.model.eval();
    const predicted: number[] = [];
    for await (const { inputs, labels } of this.#batches(this.#watched, 100)) {
      const classes = tf.tidy(() => tf.argMax(this.model.forward(inputs), 1));
      predicted.push(...(await classes.data()));
      tf.dispose([inputs, labels, classes]);
    }
    this.model.train();
    const right = predicted.filter((label, index) => label === this.#watched.labels[index]).length;
    this.#watcher.onCheck(step, predicted, right / predicted.length);
  }

  /** Lets the page draw and listen, now and then: each time would slow a quick backend down. */
  async #giveWay(): Promise<void> {
    if (performance.now() - this.#drawnAt < SLICE) return;
    await nextFrame();
    this.#drawnAt = performance.now();
  }
}
