import { CheckpointError } from '../src/core/index.js';
import type { MemoryBudget } from './limits.js';
import { quote } from './pickle/objects.js';

/** A number as it is written: 64.0 and 1e2 are no counts, though JavaScript would make them ones. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Objects are Maps, in the order of the text. A whole number of at least 0 that is exact is a number, any other a JsonNumber. */
export type Json = null | boolean | string | number | JsonNumber | Json[] | Map<string, Json>;

/** As deep as the safetensors library goes. */
const maxDepth = 127;

/** What a value takes in memory. */
const bytesPerValue = 96;

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literals: readonly (readonly [string, null | boolean])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
];

/**
 * Reads JSON as strictly as files must be read: a key twice, half of a surrogate pair or a text in a place of its own is an
 * error, and numbers stay as they are written. JSON.parse keeps the last of two keys, and rounds.
 */
class JsonReader {
  private position = 0;
  private readonly text: string;
  private readonly budget: MemoryBudget;

  constructor(text: string, budget: MemoryBudget) {
    this.text = text;
    this.budget = budget;
  }

  read(): Json {
    const value = this.value(0);
    if (this.next() !== undefined) throw this.fail('the end of the text');
    return value;
  }

  private fail(expected: string): CheckpointError {
    const got = this.text.slice(this.position, this.position + 20);
    return new CheckpointError(
      `Safetensors: expected ${expected} at character ${this.position} of the header, got ${got === '' ? 'the end' : quote(got)}. ` +
        'The file is damaged: fetch it again.',
    );
  }

  /** The next character that is no white space. */
  private next(): string | undefined {
    while (' \n\r\t'.includes(this.text[this.position] ?? '.')) this.position++;
    return this.text[this.position];
  }

  private skip(character: string): boolean {
    if (this.next() !== character) return false;
    this.position++;
    return true;
  }

  private expect(character: string): void {
    if (!this.skip(character)) throw this.fail(`'${character}'`);
  }

  private value(depth: number): Json {
    this.budget.charge(bytesPerValue);
    const character = this.next();
    if (character === '"') return this.string();
    if (character === '{' || character === '[') {
      if (depth >= maxDepth) throw this.fail(`values nested at most ${maxDepth} deep`);
      return character === '{' ? this.object(depth + 1) : this.array(depth + 1);
    }
    for (const [word, value] of literals) {
      if (!this.text.startsWith(word, this.position)) continue;
      this.position += word.length;
      return value;
    }
    return this.number();
  }

  private number(): number | JsonNumber {
    number.lastIndex = this.position;
    const [digits] = number.exec(this.text) ?? [];
    if (digits === undefined) throw this.fail('a value');
    this.position += digits.length;
    const isCount = /^\d+$/.test(digits) && Number.isSafeInteger(Number(digits));
    return isCount ? Number(digits) : new JsonNumber(digits);
  }

  private string(): string {
    const start = this.position;
    for (this.position++; this.text[this.position] !== '"'; this.position++) {
      if (this.text[this.position] === '\\') this.position++;
      if (this.position >= this.text.length) throw this.fail("'\"'");
    }
    this.position++;
    try {
      const text: string = JSON.parse(this.text.slice(start, this.position));
      if (!/\p{Surrogate}/u.test(text)) return text;
    } catch {
      // Told below: a control character or an escape that there is not.
    }
    this.position = start;
    throw this.fail('a text without control characters, false escapes or half surrogate pairs');
  }

  private array(depth: number): Json[] {
    this.expect('[');
    const items: Json[] = [];
    if (this.skip(']')) return items;
    do items.push(this.value(depth));
    while (this.skip(','));
    this.expect(']');
    return items;
  }

  private object(depth: number): Map<string, Json> {
    this.expect('{');
    const entries = new Map<string, Json>();
    this.budget.charge(2 * bytesPerValue);
    if (this.skip('}')) return entries;
    do {
      if (this.next() !== '"') throw this.fail('a key');
      const key = this.string();
      if (entries.has(key)) throw this.fail(`each name once, ${quote(key)} is twice`);
      this.expect(':');
      entries.set(key, this.value(depth));
    } while (this.skip(','));
    this.expect('}');
    return entries;
  }
}

/**
 * Reads UTF-8 JSON.
 *
 * @throws CheckpointError when it is none, or takes more memory than the budget has.
 */
export function readJson(bytes: Uint8Array, budget: MemoryBudget): Json {
  budget.charge(2 * bytes.length);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CheckpointError(
      'Safetensors: expected a header of UTF-8, got other bytes. The file is damaged: fetch it again.',
      { offset: 8, cause },
    );
  }
  return new JsonReader(text, budget).read();
}
