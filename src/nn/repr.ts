import type { AnyModule } from './module.js';

/** Text of a float as Python prints it: 1.0, 0.5, 1e-05. */
export function pyFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  // Python writes an exponent, of two digits at least, below 1e-4 and from 1e16 on.
  if (value !== 0 && (power < -4 || power >= 16)) {
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${BigInt(value)}.0` : String(value);
}

/** Text of an argument as Python prints it: True, None, (3, 3), 'same' without quotes as in a format string. */
export function pyText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return value.length === 1 ? `(${pyText(value[0])},)` : `(${value.map(pyText).join(', ')})`;
  return String(value);
}

/** Text of a module as PyTorch's `Module.__repr__` prints it. */
export function reprModule(name: string, extra: string, children: Iterable<readonly [string, AnyModule]>): string {
  const childLines = [...children].map(([key, child]) => `(${key}): ${indent(String(child))}`);
  const extraLines = extra === '' ? [] : extra.split('\n');
  if (childLines.length === 0 && extraLines.length <= 1) return `${name}(${extra})`;
  return `${name}(\n  ${[...extraLines, ...childLines].join('\n  ')}\n)`;
}

export function indent(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
