import { access, readFile } from 'node:fs/promises';
import { chooseEntry, type WeightsEntry } from '../../weights/index.js';
import { nearest, ZooError } from '../core/index.js';
import { type ConvertReport, convertWeights, listModels } from '../models/index.js';
import { defineCommand, oneOf } from './command.js';
import { conversionText } from './conversion-text.js';
import { interruptible } from './interrupt.js';
import { complain, print, printable, printJson } from './output.js';
import { loadingBar } from './progress.js';
import { findImages } from './sources.js';

const dtypes = ['float32', 'float16', 'uint8'] as const;

export default defineCommand({
  usage: 'convert IN OUT [options]',
  description:
    'Writes weights as a web folder, for pages to load from any server, or as a file for Python.\n' +
    'IN is a checkpoint (file, URL or web folder), or the name of a model, whose published weights are then fetched. OUT is a file if it\n' +
    'ends in .safetensors, .pth, .pt or .bin, else a web folder.',
  args: { min: 2, max: 2, what: 'IN and OUT' },
  options: {
    model: { value: 'NAME', description: 'The architecture: a model of tfjs-zoo models (default: weights only)' },
    dtype: {
      value: 'NAME',
      description: `What weights are stored as: ${dtypes.join(', ')} (default: float32 in web folders, else what each is)`,
    },
    categories: { value: 'FILE', description: 'Labels of the classes, a line each' },
    verify: {
      value: 'IMAGES',
      description: 'Run original and converted on an image, or those of a folder, and compare',
    },
    key: { value: 'KEY', description: 'Where in the file the state dict is (default: found)' },
    mirror: { value: 'URL', description: 'Where to download published weights from (default: TFJS_ZOO_MIRROR)' },
    force: { description: 'Replace what is there' },
    json: { description: 'Print JSON' },
  },
  examples: [
    'convert alexnet public/models/alexnet --dtype float16',
    'convert flowers.pth public/models/flowers --model alexnet --categories flowers.txt --dtype uint8 --verify photos',
    'convert public/models/alexnet alexnet.safetensors',
  ],
  async run([word, target], { model, dtype, categories, verify, key, mirror, force, json }) {
    const name = model === undefined ? undefined : oneOf('--model', listModels(), model);
    const type = dtype === undefined ? undefined : oneOf('--dtype', dtypes, dtype);
    const source = await sourceOf(word!);
    const labels = categories === undefined ? undefined : await linesOf(categories);
    const compareOn = verify === undefined ? undefined : await imagesAt(verify);
    // Nothing else computes here, and backends take memory.
    if (compareOn) await (await import('../backends/index.js')).use();
    const bar = loadingBar();
    const report = await interruptible((signal) =>
      convertWeights(source, target!, {
        model: name,
        dtype: type,
        categories: labels,
        key,
        mirror,
        force,
        compareOn,
        signal,
        onProgress: bar.update,
      }).finally(bar.stop),
    );
    warn(report);
    if (json) printJson({ source: word, target, ...report });
    else print(conversionText(target!, report));
    return 0;
  },
});

/** A path where there is something, else a model's published weights, else whatever the word names. */
async function sourceOf(word: string): Promise<string | WeightsEntry> {
  const isPath = await access(word).then(
    () => true,
    () => false,
  );
  if (isPath) return word;
  if (listModels().some((name) => name === word)) return chooseEntry(word, true);
  if (!/^\w+$/.test(word)) return word;
  throw new ZooError(
    `expected a checkpoint, a web folder, a URL or a model, got '${word}', which is none. The nearest model: ${nearest(word, listModels(), 1)}.`,
  );
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ZooError(`expected --categories as a file with a label a line, got ${cause.code} at ${file}. Check it.`, {
      cause,
    });
  });
  return text.trimEnd().split(/\r?\n/);
}

async function imagesAt(path: string): Promise<string[]> {
  const found = await findImages([path]);
  const wrong = found.find(({ error }) => error !== undefined);
  if (wrong) throw new ZooError(`--verify ${wrong.image}: ${wrong.error}`);
  return found.map(({ image }) => image);
}

function warn({ rounded = [] }: ConvertReport): void {
  if (rounded.length === 0) return;
  complain(`tfjs-zoo: warning: float64 values became float32 in ${rounded.map(printable).join(', ')}`);
}
