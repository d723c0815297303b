import { defaultEntry, sizeText } from '../../weights/index.js';
import { use } from '../backends/index.js';
import { ZooError } from '../core/index.js';
import type { Classifier, Prediction } from '../models/index.js';
import { bundledModel, chosenClassifier, classifierOptions, loadClassifier } from './classifier.js';
import { defineCommand, positiveInteger } from './command.js';
import { complain, print, printable, printJson, style, timeText } from './output.js';
import { progressBar } from './progress.js';
import { type FoundImage, findImages } from './sources.js';

/** What `--json` prints for each image. */
interface Result {
  readonly image: string;
  readonly predictions?: readonly Prediction[];
  /** Reading, preprocessing and inference together. */
  readonly milliseconds?: number;
  readonly error?: string;
}

export default defineCommand({
  usage: 'classify <images and folders…> [options]',
  description:
    'Says what is in images: the most probable classes of each, with their probabilities.\n' +
    'Images are JPEG, PNG, GIF or BMP files or URLs; of a folder all that lie directly in it. Without --model and --weights it is\n' +
    `${bundledModel}, which comes with tfjs-zoo. Published weights of another model are downloaded, once: see tfjs-zoo cache.`,
  args: { min: 1, max: Number.POSITIVE_INFINITY, what: 'images or folders' },
  options: {
    ...classifierOptions,
    top: { value: 'N', default: '5', description: 'How many classes to name' },
    json: { description: 'Print JSON' },
  },
  examples: ['classify cat.jpg', 'classify examples/images --weights alexnet.pth --top 3 --json'],
  async run(words, values) {
    const { name, weights, mirror, backend, threads } = await chosenClassifier(values);
    const top = positiveInteger('top', values.top);
    const { json } = values;

    const images = await findImages(words);
    const results: Result[] = [];
    const report = (result: Result) => {
      results.push(result);
      if (result.error) complain(`tfjs-zoo classify: ${result.image}: ${result.error}`);
      else if (!json) print(predictionsText(result));
    };
    // Nothing to classify: say so before hundreds of megabytes are read.
    if (images.every(({ error }) => error !== undefined)) {
      images.forEach(report);
    } else {
      const { name: backendInUse } = await use(backend, { threads });
      const start = performance.now();
      const classifier = await loadClassifier({ name, weights, mirror });
      const milliseconds = performance.now() - start;
      await classifyAll(classifier, images, top, json, report);
      if (!json && results.some(({ predictions }) => predictions)) {
        print(closingText(results, name, backendInUse, milliseconds));
        if (!weights && !values.model) print(style('dim', otherModelText()));
      }
    }
    if (json) printJson(results);
    return results.some(({ error }) => error) ? 1 : 0;
  },
});

function otherModelText(): string {
  return `${bundledModel} comes with tfjs-zoo. For AlexNet: npm start -- --model alexnet, which downloads ${sizeText(defaultEntry('alexnet')!)}.`;
}

async function classifyAll(
  classifier: Classifier,
  images: readonly FoundImage[],
  top: number,
  json: boolean,
  report: (result: Result) => void,
): Promise<void> {
  // Where the results themselves go to the terminal, they are the progress.
  const bar = json || !process.stdout.isTTY ? progressBar('Classifying') : undefined;
  for (const [index, found] of images.entries()) {
    bar?.update(index, images.length);
    report(found.error === undefined ? await classifyOne(classifier, found.image, top) : found);
  }
  bar?.stop();
}

async function classifyOne(classifier: Classifier, image: string, top: number): Promise<Result> {
  const start = performance.now();
  try {
    const predictions = await classifier.classify(image, { top });
    return { image, predictions, milliseconds: Math.round(performance.now() - start) };
  } catch (error) {
    if (error instanceof ZooError) return { image, error: error.message };
    throw error;
  }
}

const barWidth = 20;

function predictionsText({ image, predictions = [], milliseconds = 0 }: Result): string {
  const width = Math.max(...predictions.map(({ label }) => label.length));
  const lines = predictions.map(({ label, probability }) => {
    const percent = `${(100 * probability).toFixed(2)}%`.padStart(7);
    const bar = '█'.repeat(Math.round(barWidth * probability));
    return `  ${label.padEnd(width)}  ${percent}  ${style('cyan', bar)}`.trimEnd();
  });
  return `${style('bold', printable(image))}  ${style('dim', timeText(milliseconds))}\n${lines.join('\n')}\n`;
}

function closingText(results: readonly Result[], model: string, backend: string, loadTime: number): string {
  const done = results.filter(({ error }) => error === undefined);
  const count = done.length < results.length ? `${done.length} of ${results.length}` : `${done.length}`;
  const total = done.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0);
  return (
    `${count} image${results.length === 1 ? '' : 's'} in ${timeText(total)} ` +
    `with ${model} on ${backend}; weights loaded in ${timeText(loadTime)}`
  );
}
