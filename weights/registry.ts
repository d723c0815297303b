import { alexnetWeights } from './alexnet.js';
import type { WeightsEntry } from './entry.js';

/** Every trained checkpoint that can be fetched by name. */
export const registry: readonly WeightsEntry[] = [...alexnetWeights];

/** The entries of a model, in torchvision's order; none for a model without trained weights. */
export function entriesFor(model: string): readonly WeightsEntry[] {
  return registry.filter((entry) => entry.model === model);
}

/** The entry that torchvision calls DEFAULT; undefined for a model without trained weights. */
export function defaultEntry(model: string): WeightsEntry | undefined {
  return entriesFor(model).find((entry) => entry.isDefault);
}
