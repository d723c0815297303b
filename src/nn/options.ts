import { ZooError } from '../core/index.js';
import { kindOf } from './functional/checks.js';

/** Arguments of PyTorch's layers that can have one value only here, and what to do for another. */
const fixed = {
  device: { value: null, remedy: 'Leave it out, and choose a backend with tf.setBackend.' },
  dtype: { value: 'float32', remedy: 'Leave it out: layers compute on float32.' },
} as const;

/**
 * Refuses what plain JavaScript would pass over: a value in the place of the options, and options that do not exist.
 *
 * @param known in the order of PyTorch's arguments, so that the first is what a value in the place of the options was meant for
 * @throws ZooError naming the option that was probably meant
 */
export function expectOptions(who: string, options: object, known: readonly string[]): void {
  const expected = `${who}: expected an options object with ${known.join(', ')}`;
  if (kindOf(options) !== 'object') {
    const text = JSON.stringify(options) ?? kindOf(options);
    throw new ZooError(`${expected}, got ${text}. Write { ${known[0]}: ${text} }.`);
  }
  for (const [key, value] of Object.entries(options)) {
    if (key === 'device' || key === 'dtype') expectFixed(who, key, value);
    else if (!known.includes(key)) {
      const camelCase = key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
      const remedy = known.includes(camelCase) ? `Did you mean ${camelCase}?` : 'Correct its name or leave it out.';
      throw new ZooError(`${expected}, got option '${key}'. ${remedy}`);
    }
  }
}

function expectFixed(who: string, key: keyof typeof fixed, got: unknown): void {
  const { value, remedy } = fixed[key];
  if (got === undefined || got === null || got === value) return;
  throw new ZooError(`${who}: expected ${key} to be ${value}, got ${JSON.stringify(got) ?? kindOf(got)}. ${remedy}`);
}
