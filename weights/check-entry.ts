import { ZooError } from '../src/core/index.js';
import type { WeightsEntry } from './entry.js';

// biome-ignore lint/suspicious/noExplicitAny: what a caller without TypeScript gives may be anything
type Check = (value: any) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isPositive: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value > 0;
const isUrl: Check = (value) =>
  isText(value) && URL.canParse(value) && /^(https?|file):$/.test(new URL(value).protocol);
const listOf =
  (is: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(is);
const optional =
  (is: Check): Check =>
  (value) =>
    value === undefined || is(value);
/** Of a value that may not be an object, its field is undefined. */
const has = (value: unknown, name: string, is: Check) => is(Object(value)[name]);

const isSize: Check = (value) =>
  has(value, 'bytes', (bytes) => Number.isSafeInteger(bytes) && bytes > 0) || has(value, 'mebibytes', isPositive);
const isTransforms: Check = (value) =>
  ['cropSize', 'resizeSize'].every((name) => has(value, name, isPositive)) &&
  ['mean', 'std'].every((name) => has(value, name, listOf(Number.isFinite)));

/** Of each field: what it must be, in words and as a check. */
const fields: { readonly [Name in keyof WeightsEntry]-?: readonly [what: string, is: Check] } = {
  name: ['a name', isText],
  model: ["a model's name", isText],
  isDefault: ['true or false', optional((value) => typeof value === 'boolean')],
  url: ['an http, https or file URL', isUrl],
  files: [
    'an object of URLs, model.json among them',
    optional((value) => has(value, 'model.json', isUrl) && Object.values(value).every(isUrl)),
  ],
  mirrors: ['a list of http, https or file URLs', optional(listOf(isUrl))],
  sha256: ['8 to 64 hex digits', (value) => isText(value) && /^[\da-f]{8,64}$/i.test(value)],
  size: ['{ bytes } or { mebibytes }', isSize],
  numParams: ['a positive number', optional(isPositive)],
  accuracy: [
    '{ acc1, acc5 }',
    optional((value) => has(value, 'acc1', Number.isFinite) && has(value, 'acc5', Number.isFinite)),
  ],
  gflops: ['a positive number', optional(isPositive)],
  transforms: ['{ cropSize, resizeSize, mean, std, interpolation, antialias }', optional(isTransforms)],
  options: ['an object of options', optional((value) => typeof value === 'object' && value !== null)],
  categories: ['a list of labels', optional(listOf(isText))],
  licence: ['a text or null', optional((value) => value === null || isText(value))],
  recipe: ['a text', optional(isText)],
  minSize: ['[height, width]', optional((value) => listOf(isPositive)(value) && value.length === 2)],
};

/** @throws ZooError naming every field that is missing, wrong or unknown */
export function expectEntry(entry: WeightsEntry): void {
  const wrong = Object.entries(fields)
    .filter(([name, [, is]]) => !has(entry, name, is))
    .map(([name, [what]]) => `${name} to be ${what}, got ${JSON.stringify(Object(entry)[name])}`);
  const unknown = Object.keys(Object(entry)).filter((name) => !Object.hasOwn(fields, name));
  if (unknown.length > 0) wrong.push(`fields among ${Object.keys(fields).join(', ')}, got ${unknown.join(', ')}`);
  if (wrong.length > 0)
    throw new ZooError(`registerWeights: expected ${wrong.join('; expected ')}. Correct the entry.`);
}
