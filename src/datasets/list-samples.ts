import { ZooError } from '../core/index.js';

/** torchvision's IMG_EXTENSIONS. `loadImage` reads those of JPEG, PNG and BMP. */
const imageExtensions = ['.jpg', '.jpeg', '.png', '.ppm', '.bmp', '.pgm', '.tif', '.tiff', '.webp'];

/** What an array of their names may take of memory. */
const mostClasses = 2 ** 20;

/** Which files of a folder of images are samples, and of what class. */
export interface ImageFolderRules {
  /** Endings of the names of images, in small letters. Default: torchvision's. */
  extensions?: string | readonly string[] | undefined;
  /** Tells whether a path is an image's, instead of `extensions`. */
  isValidFile?: ((path: string) => boolean) | undefined;
  /** The classes to read and their numbers. Default: every folder, numbered in the order of their names. */
  classToIdx?: Readonly<Record<string, number>> | undefined;
  /** Whether a class may have no images. Default false. */
  allowEmpty?: boolean | undefined;
}

/** A folder of classes as it was found. */
export interface FoundImages {
  /** For messages. */
  readonly label: string;
  /** Of the paths, where others see them. */
  readonly prefix: string;
  /** The folders in it. */
  readonly folders: readonly string[];
  /** The files in these, at any depth, by path from the folder of classes: 'cat/persian/1.jpg'. */
  readonly paths: readonly string[];
}

/** What torchvision makes of it. */
export interface ListedSamples {
  /** By number. */
  readonly classes: readonly string[];
  readonly classToIdx: Readonly<Record<string, number>>;
  readonly samples: readonly (readonly [path: string, classIndex: number])[];
}

/**
 * The samples in torchvision's order: class by class, folder by folder, file by file.
 * @throws ZooError where there are no classes, or classes without images
 */
export function listSamples({ label, prefix, folders, paths }: FoundImages, rules: ImageFolderRules): ListedSamples {
  const { allowEmpty = false } = rules;
  const isImage = imageTest(rules);
  const classToIdx =
    rules.classToIdx ?? Object.fromEntries([...folders].sort(byCodePoints).map((name, i) => [name, i]));
  const names = Object.keys(classToIdx).sort(byCodePoints);
  if (names.length === 0) {
    throw new ZooError(
      `ImageFolder: expected a folder for each class in ${label}, got none. Put the images of each class in a folder of its name.`,
    );
  }
  expectNumbers(classToIdx);
  const byClass = new Map(names.map((name) => [name, [] as string[]]));
  for (const path of paths) if (isImage(prefix + path)) byClass.get(path.slice(0, path.indexOf('/')))?.push(path);
  const empty = names.filter((name) => byClass.get(name)!.length === 0);
  if (empty.length > 0 && !allowEmpty) {
    const kinds = rules.isValidFile ? 'isValidFile took none' : `images end in ${extensionsOf(rules).join(', ')}`;
    throw new ZooError(
      `ImageFolder: expected images of every class in ${label}, got none of ${empty.join(', ')} (${kinds}). Add some, remove the folders, or pass allowEmpty: true.`,
    );
  }
  const samples = names.flatMap((name) =>
    byClass
      .get(name)!
      .sort(byFolderAndName)
      .map((path) => [prefix + path, classToIdx[name]!] as const),
  );
  return { classes: classesOf(names, classToIdx), classToIdx, samples };
}

function extensionsOf({ extensions = imageExtensions }: ImageFolderRules): readonly string[] {
  return typeof extensions === 'string' ? [extensions] : extensions;
}

function imageTest(rules: ImageFolderRules): (path: string) => boolean {
  const { isValidFile, extensions } = rules;
  if (isValidFile && extensions) {
    throw new ZooError('ImageFolder: expected extensions or isValidFile, got both. Leave one out.');
  }
  const endings = extensionsOf(rules);
  return isValidFile ?? ((path) => endings.some((ending) => path.toLowerCase().endsWith(ending)));
}

function expectNumbers(classToIdx: Readonly<Record<string, number>>): void {
  const isNumber = (index: number) => Number.isInteger(index) && index >= 0 && index < mostClasses;
  const wrong = Object.entries(classToIdx).filter(([, index]) => !isNumber(index));
  if (wrong.length === 0) return;
  const got = wrong.map(([name, index]) => `${index} for ${name}`).join(', ');
  throw new ZooError(
    `ImageFolder: expected classToIdx to have integers from 0 to ${mostClasses - 1}, got ${got}. Number the classes.`,
  );
}

/** The names by number. Classes may share one, and a number may have none. */
function classesOf(names: readonly string[], classToIdx: Readonly<Record<string, number>>): string[] {
  const length = names.reduce((most, name) => Math.max(most, classToIdx[name]! + 1), 0);
  const classes = Array.from({ length }, (): string[] => []);
  for (const name of names) classes[classToIdx[name]!]!.push(name);
  return classes.map((shared) => shared.join(', '));
}

/** As Python sorts texts; JavaScript's own order differs beyond U+FFFF. */
function byCodePoints(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

/** Folders by their whole paths, the files of one after each other. */
function byFolderAndName(a: string, b: string): number {
  const [left, right] = [a.lastIndexOf('/'), b.lastIndexOf('/')];
  return byCodePoints(a.slice(0, left), b.slice(0, right)) || byCodePoints(a.slice(left), b.slice(right));
}
