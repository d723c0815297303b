import type { WebFolderOptions, WebModel } from '../../../converters/index.js';
import { defaultEntry, type WeightsEntry } from '../../../weights/index.js';
import { guessPermutation, matchStateDict, permutationsOf, skipInit } from '../../nn/index.js';
import { categoriesFor } from '../categories.js';
import { type ModelName, zooEntry } from '../zoo.js';
import type { Input } from './input.js';

/** What a web folder is to say of its tensors, and beside them. */
export type Plan = Pick<WebFolderOptions, 'permutationOf' | 'model' | 'categories' | 'transforms'>;

/** Without an architecture: what names and shapes tell. */
export function planWithoutModel({ tensors, about }: Input, categories: readonly string[] | undefined): Plan {
  return { ...about, ...(categories && { categories }), permutationOf: (name) => guessPermutation(name, tensors) };
}

/**
 * @param published what the weights are known as: where labels and preprocessing come from, unless they are given or stand beside the weights
 * @throws StateDictError if the weights do not fit the architecture
 * @throws ZooError if the categories are not as many as the classes
 */
export async function planFor(
  name: ModelName,
  { tensors, about }: Input,
  categories: readonly string[] | undefined,
  published: WeightsEntry | undefined,
): Promise<Plan & { readonly model: WebModel }> {
  const { build, sizesOf, options: known, renamed = (tensor: string) => tensor } = await zooEntry(name);
  const said = about.model?.name === name ? about.model.options : {};
  const given = Object.fromEntries(Object.entries(said).filter(([option]) => (known as string[]).includes(option)));
  const shapes = new Map([...tensors].map(([tensor, { shape }]) => [renamed(tensor), shape]));
  const options = { ...published?.options, ...sizesOf((tensor) => shapes.get(tensor), given), ...given };
  const entry = published ?? defaultEntry(name);
  // For its shapes only: none of its parameters is ever filled.
  const model = skipInit(() => build(options));
  matchStateDict(`convertWeights to ${name}`, model.namedStates(), shapes, {
    strict: true,
    remedy: 'Check that the checkpoint is of this architecture, or leave the model out.',
  });
  const permutations = permutationsOf(model);
  const labels = categoriesFor('convertWeights', model, categories, about.categories ?? entry?.categories);
  const transforms = about.transforms ?? entry?.transforms;
  return {
    model: { name, options },
    ...(labels && { categories: labels }),
    ...(transforms && { transforms: { ...transforms } }),
    permutationOf: (tensor) => permutations.get(renamed(tensor))!,
  };
}
