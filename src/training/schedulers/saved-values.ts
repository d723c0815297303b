import { kindOf } from '../../nn/index.js';

/** A dict of texts, which JavaScript or a file may have as a Map. */
export function dictOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value instanceof Map) return Object.fromEntries(value);
  return kindOf(value) === 'object' ? (value as Record<string, unknown>) : {};
}

/** What a saved value is to be like: 'number', '2 numbers', 'a dict'. */
export function formOf(value: unknown): string {
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'number') ? `${value.length} numbers` : 'an array';
  }
  return kindOf(value) === 'object' ? 'a dict' : kindOf(value);
}

/** A copy of a number, a text, an array or a dict from numbers to numbers, which may have been an object on its way. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  if (value instanceof Map) return new Map(value);
  if (kindOf(value) !== 'object') return value;
  return new Map(Object.entries(value as object).map(([key, count]) => [Number(key), count]));
}
