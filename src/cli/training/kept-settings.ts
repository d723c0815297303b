import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeBytes } from '../../../converters/index.js';
import { ZooError } from '../../core/index.js';
import { lengthOptions, type TrainingWords } from './options.js';

const fileName = 'settings.json';

/** Keeps the words that a training was started with beside its checkpoints. */
export async function keepSettings(folder: string, words: TrainingWords): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeBytes(join(folder, fileName), new TextEncoder().encode(`${JSON.stringify(words, null, 2)}\n`));
}

/**
 * The words of a training that is in a folder, with what the user says now of its length; undefined if there is none.
 * @throws ZooError if the file cannot be understood, or the user's other words are not those
 */
export async function settingsIn(folder: string, given: TrainingWords): Promise<TrainingWords | undefined> {
  const path = join(folder, fileName);
  let kept: TrainingWords;
  try {
    kept = wordsIn(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ZooError(
      `expected the settings of a training in ${path}, got ${(error as Error).message}. Choose another --out.`,
    );
  }
  const said = Object.entries(given).filter(([, word]) => word !== undefined && word !== false);
  // A cosine is laid out over all epochs, and those that were done followed it.
  const isFree = (name: string) => Object.hasOwn(lengthOptions, name) && !(name === 'epochs' && hasCosine(kept));
  const others = said.filter(([name, word]) => !isFree(name) && word !== kept[name as keyof TrainingWords]);
  if (others.length === 0) return { ...kept, ...Object.fromEntries(said) };
  const list = (words: readonly (readonly [string, unknown])[]) =>
    words.map(([name, word]) => `--${name} ${word}`).join(' ');
  const before = others.map(([name]) => [name, kept[name as keyof TrainingWords] ?? 'left out'] as const);
  throw new ZooError(
    `expected the settings of the training in ${folder} (${list(before)}), got ${list(others)}. Leave them out, or choose another --out.`,
  );
}

function wordsIn(text: string): TrainingWords {
  const words: unknown = JSON.parse(text);
  const areWords = Object.values(Object(words)).every((word) => ['string', 'boolean'].includes(typeof word));
  if (typeof words === 'object' && words !== null && areWords) return words;
  throw new Error(`${text.slice(0, 60)}`);
}

function hasCosine({ schedule }: TrainingWords): boolean {
  return schedule === 'cosine';
}
