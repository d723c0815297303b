import { openCheckpoint } from 'tfjs-zoo/converters';
import { byId, make, showText } from '../dom.js';
import type { Engine } from '../engine.js';
import { useOwn } from '../strip.js';
import { showView } from '../tabs.js';
import { errorText } from '../text.js';
import { type Fit, fitModels } from './fit.js';
import { showInside } from './inside.js';

const problem = byId('bring-error', HTMLElement);
const fitBox = byId('fit', HTMLElement);
const title = byId('fit-title', HTMLElement);
const fitSays = byId('fit-says', HTMLElement);
const useButton = byId('fit-use', HTMLButtonElement);

/** A checkpoint that a model takes; the model was only tried, and is loaded anew when it is used. */
let fitting: { readonly file: File; readonly model: Engine['name'] } | undefined;

export function initBring(): void {
  byId('bring-file', HTMLInputElement).addEventListener('change', ({ target }) => {
    const [file] = (target as HTMLInputElement).files ?? [];
    if (file) void takeCheckpoint(file);
  });
  useButton.addEventListener('click', () => {
    const { file, model } = fitting!;
    showView('classify');
    void useOwn({ label: `${model}, ${file.name}`, model, options: { weights: file } });
  });
}

/** Shows what is in a file, and which model of the zoo it fits. */
export async function takeCheckpoint(file: File): Promise<void> {
  showView('bring');
  showText(problem, '');
  fitBox.hidden = true;
  byId('inside', HTMLElement).hidden = true;
  try {
    const checkpoint = await openCheckpoint(file);
    showInside(file.name, checkpoint);
    await checkpoint.close();
  } catch (error) {
    return showText(problem, errorText(error));
  }
  fitBox.hidden = false;
  useButton.hidden = true;
  fitSays.textContent = '';
  byId('fits', HTMLElement).replaceChildren();
  showFit(file, await fitModels(file, (model) => (title.textContent = `Trying ${model} …`)));
}

function showFit(file: File, { engine, misfits }: Fit): void {
  useButton.hidden = !engine;
  if (engine) {
    fitting = { file, model: engine.name };
    title.textContent = `It fits ${engine.name}`;
    fitSays.textContent = `All ${engine.report.loaded.length} tensors have their place, and nothing is left over.`;
    engine.dispose();
    return;
  }
  title.textContent = 'No model of the zoo takes it';
  fitSays.textContent = `${misfits[0]!.model} comes closest. What each model says:`;
  byId('fits', HTMLElement).replaceChildren(
    ...misfits.map(({ model, brief, message }) =>
      make(
        'li',
        {},
        make('details', {}, make('summary', {}, make('b', {}, model), ` ${brief}`), make('p', {}, message)),
      ),
    ),
  );
}
