import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { models } from 'tfjs-zoo';
import type { StateDict } from '../../src/core/index.js';
import { skipInit } from '../../src/nn/index.js';
import { formulaStateDict } from './formula-weights.js';
import type { Samples } from './golden-samples.js';

interface Built {
  readonly model: models.ModelName;
  readonly options: Readonly<Record<string, unknown>>;
  /** Height and width of the images. */
  readonly size: number;
}

/** What torchvision computed with one of its classics, by test/fixtures/models/make_classics.py. */
export interface Classic extends Built {
  /** SHA-256 of the text, and of the names and shapes of the state dict. */
  readonly repr: string;
  readonly entries: string;
  /** Logits. */
  readonly photograph: readonly number[];
  readonly noise: readonly number[];
}

export interface ClassicStep extends Built {
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Samples>>;
}

export function readClassics(): Classic[] {
  return read('classics');
}

export function readClassicSteps(): ClassicStep[] {
  return read('classics-gradients');
}

function read<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`../fixtures/models/${name}.json`, import.meta.url), 'utf8'));
}

/** PyTorch's names and shapes of a model, in its order. */
export function entriesOf(model: models.ImageModel): [string, readonly number[]][] {
  return [...model.namedStates()].map(([name, state]) => [name, state.expectedShape]);
}

/** The formula's weights of a model of these options. */
export async function weightsOf(name: models.ModelName, options: object): Promise<StateDict> {
  const { build } = await models.zoo[name].load();
  using model: models.ImageModel = skipInit(() => build(options)); // for its shapes only
  return formulaStateDict(entriesOf(model));
}

/** As make_classics.py keeps texts and state dicts. */
export const digest = (text: string) => createHash('sha256').update(text).digest('hex');
