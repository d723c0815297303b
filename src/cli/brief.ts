import { PickleGlobal, PickleObject, TensorRef } from '../../converters/index.js';

/** Longer texts and dicts are cut, longer lists only counted. */
const maxText = 100;
const maxItems = 16;
const maxKeys = 32;

/**
 * A value of a checkpoint, cut to what fits a few lines and JSON. Containers are opened `depth` levels down, which also ends
 * cycles.
 */
export function brief(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > maxText ? `${value.slice(0, maxText)}…` : value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : briefObject(value, depth);
    default:
      return value ?? null;
  }
}

function briefObject(value: object, depth: number): unknown {
  if (value instanceof TensorRef) return `tensor ${value.dtype} [${value.shape.join(', ')}]`;
  if (value instanceof PickleObject) return brief(`object of ${value.className}`, 0);
  if (value instanceof PickleGlobal) return brief(`class ${value.path}`, 0);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (Array.isArray(value) || value instanceof Set) {
    const items = [...value];
    if (items.length > maxItems || (depth === 0 && items.length > 0)) return `list of ${items.length}`;
    return items.map((item) => brief(item, depth - 1));
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  if (depth === 0 && entries.length > 0) return `dict of ${entries.length}`;
  const shown = entries.slice(0, maxKeys).map(([key, item]) => [String(brief(key, 0)), brief(item, depth - 1)]);
  const rest = entries.length - shown.length;
  return Object.fromEntries(rest > 0 ? [...shown, ['…', `${rest} more`]] : shown);
}
