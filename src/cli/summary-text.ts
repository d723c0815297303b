import { ShapeError, ZooError } from '../core/index.js';
import type { ImageModel } from '../models/index.js';
import {
  layerSummary,
  type ModelSummary,
  measureSummary,
  type SummaryOptions,
  summary,
  torchsummary,
} from '../visualize/index.js';
import { UsageError } from './command.js';
import { progressBar } from './progress.js';
import { defaultInput, fitting } from './shape-model.js';

/** The table is ours; the others are what other tools print, to the character. */
export const styles = ['table', 'torch', 'torchsummary', 'd2l'] as const;

/** @param inputShape undefined for the model's own size */
export function toolText(
  style: Exclude<(typeof styles)[number], 'table'>,
  model: ImageModel,
  inputShape: readonly number[] | undefined,
): string {
  const shape = inputShape ?? defaultInput(model);
  switch (style) {
    case 'torch':
      // As it was built, unless an input is given, which lazy layers then take their sizes from.
      if (inputShape) fitting(inputShape, () => summary(model, inputShape));
      return String(model);
    case 'torchsummary':
      return fitting(inputShape, () => showable(style, () => torchsummary(model, shape)));
    case 'd2l':
      return fitting(inputShape, () => showable(style, () => layerSummary(model, shape)));
  }
}

export function summarize(
  model: ImageModel,
  inputShape: readonly number[] | undefined,
  options: SummaryOptions,
): ModelSummary {
  return fitting(inputShape, () => summary(model, inputShape ?? defaultInput(model), options));
}

/** A summary with milliseconds. */
export async function summarizeTimed(
  model: ImageModel,
  inputShape: readonly number[] | undefined,
  options: SummaryOptions,
): Promise<ModelSummary> {
  summarize(model, inputShape, options); // says first what does not fit
  const bar = progressBar('Measuring');
  try {
    return await measureSummary(model, inputShape ?? defaultInput(model), {
      ...options,
      onProgress: ({ done, total }) => bar.update(done, total),
    });
  } finally {
    bar.stop();
  }
}

/** @throws UsageError if the model is none that the style can show */
function showable<Result>(style: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ZooError) || error instanceof ShapeError) throw error;
    throw new UsageError(`expected a model that --style ${style} can show, got another: ${error.message}`, {
      cause: error,
    });
  }
}
