import type { OpenCheckpoint } from 'tfjs-zoo/converters';
import { byId, make, showFacts } from '../dom.js';
import { bytesText, countText, shapeText } from '../text.js';

const formats: Readonly<Record<OpenCheckpoint['format'], string>> = {
  'pytorch-zip': 'PyTorch, zip',
  'pytorch-legacy': 'PyTorch, before 1.6',
  'pytorch-tar': 'PyTorch 0.1.1, tar',
  safetensors: 'safetensors',
  tfjs: 'web folder',
};

/** Shows what is in a checkpoint. */
export function showInside(name: string, { format, entries, warnings }: OpenCheckpoint): void {
  byId('inside', HTMLElement).hidden = false;
  byId('inside-title', HTMLElement).textContent = name;
  const values = entries.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  showFacts(byId('inside-facts', HTMLElement), [
    ['Format', formats[format]],
    ['Tensors', countText(entries.length)],
    ['Numbers', countText(values)],
    ['Size', bytesText(entries.reduce((sum, { bytes }) => sum + bytes, 0))],
  ]);
  byId('inside-warnings', HTMLElement).replaceChildren(...warnings.map((warning) => make('li', {}, warning)));
  byId('entries', HTMLElement).replaceChildren(
    ...entries.map(({ name: entry, dtype, shape, bytes }) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, entry),
        make('td', {}, dtype),
        make('td', {}, shapeText(shape)),
        make('td', { class: 'number' }, bytesText(bytes)),
      ),
    ),
  );
}
