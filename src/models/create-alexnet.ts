import { ZooError } from '../core/index.js';
import { type CreateOptions, createModel } from './create-model.js';
import type { Zoo } from './zoo.js';

/** Which AlexNet is which model of the zoo. */
const variants = {
  torchvision: 'alexnet',
  d2l: 'alexnet_d2l',
  batchnorm: 'alexnet_bn',
  paper: 'alexnet_paper',
} as const;

export type AlexNetVariant = keyof typeof variants;

/** The variant's own options, where its weights come from, and which variant it is. */
export type CreateAlexNetOptions<Variant extends AlexNetVariant> = Zoo[(typeof variants)[Variant]]['options'] &
  CreateOptions & {
    /** torchvision's (default), the d2l book's, one with BatchNorm, or the 2012 paper's. */
    readonly variant?: Variant;
  };

/**
 * Builds an AlexNet, with trained weights if any are given: `createModel` for the four variants.
 *
 * @throws ZooError for a variant that does not exist, or an option that the variant does not have
 * @throws CheckpointError if the file is no checkpoint
 * @throws StateDictError if its tensors are not this network's
 * @example
 * ```ts
 * const model = await createAlexNet({ numClasses: 10 });
 * const logits = model.eval().forward(tf.zeros([1, 224, 224, 3])); // [1, 10]
 * ```
 */
export async function createAlexNet<Variant extends AlexNetVariant = 'torchvision'>(
  options: CreateAlexNetOptions<Variant> = {},
): Promise<Zoo[(typeof variants)[Variant]]['model']> {
  const { variant = 'torchvision' as Variant, ...rest } = options;
  const name = Object.hasOwn(variants, variant) ? variants[variant] : undefined;
  if (!name) {
    throw new ZooError(
      `createAlexNet: expected variant ${Object.keys(variants).join(', ')}, got '${variant}'. Choose one of them.`,
    );
  }
  return createModel(name, rest as Zoo[(typeof variants)[Variant]]['options'] & CreateOptions);
}
