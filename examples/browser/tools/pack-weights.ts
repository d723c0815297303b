import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backends, models } from 'tfjs-zoo';

/** The weights that come with the package, and the model that each is of. */
const bundled = [
  ['efficientnet_lite0', 'efficientnet_lite0'],
  ['lenet_fashion_mnist', 'lenet'],
] as const;

/** Writes the package's weights once more as 8-bit ones, so that the page has a choice of precision. */
export async function packWeights(folder: string): Promise<void> {
  await backends.use('cpu');
  for (const [name, model] of bundled) {
    const source = fileURLToPath(new URL(`../../../weights/${name}`, import.meta.url));
    await models.convertWeights(source, join(folder, `${model}-uint8`), { model, dtype: 'uint8', force: true });
  }
}
