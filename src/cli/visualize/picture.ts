import * as tf from '@tensorflow/tfjs-core';
import { nearest, ZooError } from '../../core/index.js';
import { type Classifier, createFeatureExtractor } from '../../models/index.js';
import { type AnyModule, Conv2d } from '../../nn/index.js';
import { ImageClassification, type RGBImage } from '../../transforms/index.js';
import {
  featureMaps,
  filters,
  gradCam,
  type HeatMap,
  occlusion,
  overlay,
  saliency,
  toImage,
} from '../../visualize/index.js';
import { UsageError } from '../command.js';
import { progressBar } from '../progress.js';
import type { Wishes } from './wishes.js';

/** A picture, and what is to be said of it. */
interface Drawn {
  readonly picture: RGBImage;
  readonly what: string;
  readonly layer?: string;
  readonly classIndex?: number;
  readonly label?: string;
}

/** Draws what is wished for; `image` is undefined for filters only. */
export async function drawPicture(classifier: Classifier, image: RGBImage | undefined, wishes: Wishes): Promise<Drawn> {
  if (!image) return drawFilters(classifier, wishes);
  const input = await classifier.preprocess(image);
  try {
    if (wishes.draw === 'maps') return await drawMaps(classifier, input, wishes);
    const { heat, layer } = await heatOf(classifier, input, wishes);
    const photo =
      classifier.transforms instanceof ImageClassification ? classifier.transforms.crop(image) : await toImage(input);
    const label = classifier.categories?.[heat.classIndex] ?? `class ${heat.classIndex}`;
    return {
      picture: overlay(photo, heat, { colormap: wishes.colormap }),
      what: `${wishes.draw}${layer === undefined ? '' : ` of ${layer}`} for '${label}'`,
      ...(layer !== undefined && { layer }),
      classIndex: heat.classIndex,
      label,
    };
  } finally {
    input.dispose();
  }
}

async function drawFilters({ model }: Classifier, { layer, tiles, colormap }: Wishes): Promise<Drawn> {
  const name = layer ?? convolutions(model)[0]!;
  const module = moduleOf(model, name);
  const picture = await filters(module, { ...tiles, colormap });
  return { picture, what: `filters of ${name}`, layer: name };
}

async function drawMaps({ model }: Classifier, input: tf.Tensor, { layer, tiles, colormap }: Wishes): Promise<Drawn> {
  const name = layer ?? convolutions(model)[0]!;
  const batch = tf.expandDims(input);
  const { activation } = createFeatureExtractor(model, { [name]: 'activation' }).forward(batch);
  batch.dispose();
  try {
    const picture = await featureMaps(activation!, { ...tiles, colormap });
    return { picture, what: `maps of ${name}, [${activation!.shape.slice(1).join(', ')}]`, layer: name };
  } finally {
    activation!.dispose();
  }
}

async function heatOf(
  { model, categories }: Classifier,
  input: tf.Tensor,
  wishes: Wishes,
): Promise<{ heat: HeatMap; layer?: string }> {
  const classIndex = wishes.class === undefined ? undefined : classOf(wishes.class, categories);
  if (wishes.draw === 'saliency') return { heat: await saliency(model, input, { classIndex }) };
  if (wishes.draw === 'grad-cam') {
    const heat = await gradCam(model, input, { layer: wishes.layer, classIndex });
    return { heat, layer: heat.layer };
  }
  const bar = progressBar('Hiding');
  const onProgress = ({ done, total }: { done: number; total: number }) => bar.update(done, total);
  return { heat: await occlusion(model, input, { ...wishes.squares, classIndex, onProgress }).finally(bar.stop) };
}

function convolutions(model: AnyModule): string[] {
  return [...model.namedModules()].filter(([, module]) => module instanceof Conv2d).map(([name]) => name);
}

function moduleOf(model: AnyModule, name: string): AnyModule {
  const [, module] = [...model.namedModules()].find(([each]) => each === name)!;
  if (module instanceof Conv2d) return module;
  const near = nearest(name, convolutions(model));
  throw new ZooError(
    `expected a convolution as --layer with --filters, got ${module.typeName} of '${name}'. The nearest: ${near.join(', ')}.`,
  );
}

/** The number of a class, by its number or its name; names may be cut short at a comma. @throws UsageError if there is none */
function classOf(word: string, categories: readonly string[] | undefined): number {
  if (/^\d{1,9}$/.test(word)) return Number(word);
  if (!categories)
    throw new UsageError(`expected the number of a --class, for the names are not known, got '${word}'.`);
  const wanted = word.toLowerCase();
  const index = categories.findIndex(
    (label) => label.toLowerCase() === wanted || label.toLowerCase().split(',')[0] === wanted,
  );
  if (index >= 0) return index;
  throw new UsageError(
    `expected a --class by number or name, got '${word}'. The nearest: ${nearest(word, categories).join('; ')}.`,
  );
}
