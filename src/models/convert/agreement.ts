import type { ImageSource } from '../../transforms/index.js';
import { type Classifier, type ClassifierOptions, createClassifier } from '../classifier.js';
import type { ModelName } from '../zoo.js';

/** How far two sets of weights of a model agree about images. */
export interface Agreement {
  readonly images: number;
  /** The largest difference of two logits of a class. */
  readonly difference: number;
  /** The same, as a share of the original's largest logit. */
  readonly relative: number;
  /** Share of images whose best class is the same. */
  readonly top1: number;
  /** Share of the original's five best classes that are among the other's five best. */
  readonly top5: number;
}

/** Classes of an image with their logits, the best first. */
type Ranking = readonly { readonly classIndex: number; readonly logit: number }[];

/** Runs a model on images with two sets of weights, one after the other, so that memory holds one of them. */
export async function compareWeights(
  name: ModelName,
  original: ClassifierOptions,
  converted: ClassifierOptions,
  images: readonly ImageSource[],
): Promise<Agreement> {
  const first = await rank(name, original, images);
  const second = await rank(name, { ...converted, transforms: first.transforms }, images);
  return agreementOf(first.rankings, second.rankings);
}

async function rank(name: ModelName, options: ClassifierOptions, images: readonly ImageSource[]) {
  const classifier: Classifier = await createClassifier(name, options);
  try {
    const rankings: Ranking[] = await classifier.classify(images, { top: Number.MAX_SAFE_INTEGER });
    return { rankings, transforms: classifier.transforms };
  } finally {
    classifier.dispose();
  }
}

/** @param first of the original, an image each; `second` of the other */
export function agreementOf(first: readonly Ranking[], second: readonly Ranking[]): Agreement {
  let [difference, largest, same, shared, best] = [0, 0, 0, 0, 0];
  for (const [i, ranking] of first.entries()) {
    const other = second[i]!;
    const logits = new Map(other.map(({ classIndex, logit }) => [classIndex, logit]));
    for (const { classIndex, logit } of ranking) {
      largest = Math.max(largest, Math.abs(logit));
      difference = Math.max(difference, Math.abs(logit - logits.get(classIndex)!));
    }
    if (ranking[0]!.classIndex === other[0]!.classIndex) same++;
    const five = new Set(other.slice(0, 5).map(({ classIndex }) => classIndex));
    shared += ranking.slice(0, 5).filter(({ classIndex }) => five.has(classIndex)).length;
    best += five.size;
  }
  return {
    images: first.length,
    difference,
    relative: largest === 0 ? 0 : difference / largest,
    top1: same / first.length,
    top5: shared / best,
  };
}
