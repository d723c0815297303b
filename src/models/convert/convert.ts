import { writeWebFolder } from '../../../converters/index.js';
import type { WeightsEntry } from '../../../weights/index.js';
import { type Folder, ZooError } from '../../core/index.js';
import type { WeightsSource } from '../load-weights.js';
import { usePublished } from '../published.js';
import type { ModelName } from '../zoo.js';
import { type Agreement, compareWeights } from './agreement.js';
import { type Input, openInput } from './input.js';
import type { ConvertOptions, ConvertReport } from './options.js';
import { planFor, planWithoutModel } from './plan.js';
import { expectApart, expectFree, expectPossible, formatOf, writeFile } from './target.js';

/**
 * Writes weights as a web folder, which a page loads from any server, or as a file for Python.
 *
 * A target that ends in .safetensors, .pth, .pt or .bin is that file, in PyTorch's names and layout; any other is a web folder. With a `model` the
 * weights have to be of it, and a folder says what it was built with, its labels and its preprocessing; without, the folder holds weights only, and
 * how they lie in memory is guessed as `toTensors` does.
 *
 * Tensors are read and written one by one. The target appears when it is whole. Node only.
 *
 * @param source what `createModel` takes as `weights`, or a published entry, which is fetched
 * @throws CheckpointError if the source is no checkpoint, if there is something at the target and not `force`, or if it cannot be written
 * @throws StateDictError if the weights are not the model's, before anything is written
 * @throws ZooError for options that do not fit
 * @example
 * ```ts
 * const { bytes } = await models.convertWeights('alexnet.pth', 'public/models/alexnet', { model: 'alexnet', dtype: 'float16' });
 * console.log(bytes > 0); // true
 * const model = await createAlexNet({ weights: 'public/models/alexnet' });
 * ```
 */
export async function convertWeights(
  source: WeightsSource | WeightsEntry,
  target: string | URL,
  options: ConvertOptions = {},
): Promise<ConvertReport> {
  expectPossible(target, options);
  if (options.compareOn?.length === 0) {
    throw new ZooError(
      'convertWeights: expected at least one image to compare on, got an empty array. Pass images, or leave compareOn out.',
    );
  }
  await expectFree(target, options.force ?? false);
  if (!isEntry(source)) return convert(source, await openInput(source, options), target, options, undefined);
  // What was published, and not what an application made of it for its pages.
  const opened = await usePublished(source, { ...options, base: false }, async (from) => {
    return { from, input: await openInput(from, options) };
  });
  return convert(opened.from, opened.input, target, options, source);
}

async function convert(
  source: WeightsSource | Folder,
  input: Input,
  target: string | URL,
  options: ConvertOptions,
  published: WeightsEntry | undefined,
): Promise<ConvertReport> {
  const { categories, compareOn, signal, onProgress } = options;
  try {
    if (compareOn) await expectApart(source, target);
    const name = (options.model ?? published?.model ?? input.about.model?.name) as ModelName | undefined;
    if (compareOn && name === undefined) {
      throw new ZooError('convertWeights: expected a model to compare images with, got none. Name the architecture.');
    }
    const plan = name ? await planFor(name, input, categories, published) : planWithoutModel(input, categories);
    const format = formatOf(target);
    const dtype = options.dtype ?? (format === 'tfjs' ? 'float32' : undefined);
    const written =
      format === 'tfjs'
        ? await writeWebFolder(input.content, target, {
            ...plan,
            dtype,
            force: options.force,
            signal,
            onProgress: ({ written, total }) => onProgress?.({ stage: 'writing', loaded: written, total }),
          })
        : { bytes: await writeFile(input, target, options) };
    return {
      format,
      ...(dtype && { dtype }),
      tensors: input.tensors.size,
      bytes: written.bytes,
      ...('shards' in written && { shards: written.shards, rounded: written.rounded }),
      ...(plan.model && { model: plan.model }),
      ...(compareOn && name && { agreement: await compare(name, source, target, options, plan.model?.options) }),
    };
  } finally {
    await input.close();
  }
}

function isEntry(source: WeightsSource | WeightsEntry): source is WeightsEntry {
  return typeof source === 'object' && source !== null && 'sha256' in source;
}

/** Reads both anew, as whoever uses them will. */
function compare(
  name: ModelName,
  source: WeightsSource | Folder,
  target: string | URL,
  { key, verify, compareOn = [], signal }: ConvertOptions,
  modelOptions: object | undefined,
): Promise<Agreement> {
  const original = { ...modelOptions, weights: source as WeightsSource, key, verify, signal };
  return compareWeights(name, original, { ...modelOptions, weights: target, signal }, compareOn);
}
