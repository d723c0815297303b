import { pyFloat } from '../../core/index.js';
import { toSnakeCase } from './names.js';

/** Text of an optimizer as PyTorch's `Optimizer.__repr__` prints it. */
export function reprGroups(name: string, groups: readonly object[]): string {
  const lines = groups.flatMap((group, i) => {
    const options = Object.entries(group).filter(([key]) => key !== 'params');
    const sorted = options.map(([key, value]) => `    ${toSnakeCase(key)}: ${textOf(value)}`).sort();
    return [`Parameter Group ${i}`, ...sorted];
  });
  return `${name} (\n${lines.join('\n')}\n)`;
}

/** A whole number is printed as an int, as PyTorch's defaults are. */
function textOf(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : pyFloat(value);
  return Array.isArray(value) ? `(${value.map(textOf).join(', ')})` : String(value);
}
