import { readFileSync } from 'node:fs';
import type { models } from 'tfjs-zoo';
import type { Layout } from './golden.js';
import type { Samples } from './golden-samples.js';

/** What PyTorch computed with one model, weights and input being those of formula-weights.ts. */
export interface GoldenModel {
  readonly name: string;
  readonly model: models.ModelName;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputShape: readonly number[];
  /** What a model of lazy layers prints before it has seen an input. */
  readonly reprBefore?: string;
  readonly repr: string;
  readonly entries: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly logits?: { readonly shape: readonly number[]; readonly values: readonly number[] };
  /** The name of the Sequential whose layers' outputs are sampled, and the samples by layer. */
  readonly trunk?: string | null;
  readonly activations?: Readonly<Record<string, Samples>>;
  readonly step?: {
    readonly mode: 'train' | 'eval';
    readonly labels: readonly number[];
    readonly loss: number;
    readonly gradients: Readonly<Record<string, Samples>>;
    readonly buffers: Readonly<Record<string, Samples>>;
  };
}

export function readGoldenModels(): GoldenModel[] {
  return JSON.parse(readFileSync(new URL('../fixtures/models/models.json', import.meta.url), 'utf8'));
}

/** What PyTorch computed with one layer of a model's size, made by make_large.py. */
export interface GoldenLayer {
  readonly name: string;
  readonly module: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputShape: readonly number[];
  /** The input went through a ReLU first. */
  readonly relu: boolean;
  /** Every upstream gradient is 0.3. */
  readonly constant: boolean;
  readonly layout: Layout;
  readonly entries: GoldenModel['entries'];
  readonly output: Samples;
  readonly gradInput: Samples;
  readonly gradParameters: Readonly<Record<string, Samples>>;
  readonly buffers: Readonly<Record<string, Samples>>;
}

export function readGoldenLayers(): GoldenLayer[] {
  return JSON.parse(readFileSync(new URL('../fixtures/models/large.json', import.meta.url), 'utf8'));
}
