import type { AnyModule } from './module.js';

export { pyFloat } from '../core/index.js';

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
