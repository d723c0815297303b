import { ZooError } from '../src/core/index.js';
import { alexnetWeights } from './alexnet.js';
import { expectEntry } from './check-entry.js';
import { densenetWeights } from './densenet.js';
import { efficientnetLite0Weights } from './efficientnet-lite0.js';
import type { WeightsEntry } from './entry.js';
import { googlenetWeights } from './googlenet.js';
import { lenetWeights } from './lenet.js';
import { mobilenetV2Weights } from './mobilenet-v2.js';
import { resnetWeights } from './resnet.js';
import { squeezenetWeights } from './squeezenet.js';
import { vggWeights } from './vgg.js';

const entries: WeightsEntry[] = [
  ...alexnetWeights,
  ...efficientnetLite0Weights,
  ...lenetWeights,
  ...vggWeights,
  ...googlenetWeights,
  ...resnetWeights,
  ...squeezenetWeights,
  ...densenetWeights,
  ...mobilenetV2Weights,
];

/** Every trained checkpoint that can be fetched by name. */
export const registry: readonly WeightsEntry[] = entries;

/** The entries of a model, in torchvision's order; none for a model without trained weights. */
export function entriesFor(model: string): readonly WeightsEntry[] {
  return registry.filter((entry) => entry.model === model);
}

/** The entry that torchvision calls DEFAULT, or the first of a model without one; undefined if there is none. */
export function defaultEntry(model: string): WeightsEntry | undefined {
  const all = entriesFor(model);
  // The last: whoever registers a default of their own means it.
  return all.filter((entry) => entry.isDefault).at(-1) ?? all[0];
}

/**
 * Adds a checkpoint of your own, which `pretrained` then finds by its name; with `isDefault`, or as a model's first, also by `true`.
 *
 * An entry of the same model and name is replaced.
 *
 * @throws ZooError naming every field that is missing or wrong
 * @example
 * ```ts no-run (the address is made up)
 * registerWeights({
 *   model: 'alexnet',
 *   name: 'FLOWERS',
 *   url: 'https://example.org/alexnet-flowers.pth',
 *   sha256: '9f2c41d07be36a58f4c1e0d97b8a6235c4f19e80d3b7a6521c8e4f90b6d3a715', // of sha256sum
 *   size: { bytes: 228015488 },
 *   categories: ['daisy', 'rose', 'tulip'],
 * });
 * const classifier = await createClassifier('alexnet', { pretrained: 'FLOWERS' });
 * ```
 */
export function registerWeights(entry: WeightsEntry): void {
  expectEntry(entry);
  const index = entries.findIndex(({ model, name }) => model === entry.model && name === entry.name);
  entries.splice(index < 0 ? entries.length : index, index < 0 ? 0 : 1, Object.freeze({ ...entry }));
}

/**
 * The entry that `pretrained` means: a model's default, or the one of a name.
 * @throws ZooError listing those that exist
 */
export function chooseEntry(model: string, pretrained: true | string): WeightsEntry {
  const all = entriesFor(model);
  const found = pretrained === true ? defaultEntry(model) : all.find(({ name }) => name === pretrained);
  if (found) return found;
  const wanted = pretrained === true ? '' : ` '${pretrained}'`;
  if (all.length === 0) {
    throw new ZooError(
      `createModel('${model}'): expected a model with pretrained weights, got one without${wanted}. ` +
        'Choose one that has some (npx tfjs-zoo models lists them), or registerWeights some of your own.',
    );
  }
  throw new ZooError(
    `createModel('${model}'): expected pretrained among ${all.map(({ name }) => name).join(', ')}, got${wanted}. ` +
      'Choose one of them, or registerWeights one of your own.',
  );
}
