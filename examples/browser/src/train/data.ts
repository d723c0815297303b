import { byId } from '../dom.js';
import { errorText } from '../text.js';
import { readIdxFiles } from './idx.js';
import { loadPacked, type Split } from './images.js';

let loading: Promise<Split | undefined> | undefined;

/** Loads the packed images once, and asks for the user's own files where there are none. */
export async function loadData(take: (split: Split) => void, onProgress: (share: number) => void): Promise<void> {
  if (loading) return;
  loading = loadPacked(onProgress);
  try {
    const split = await loading;
    if (split) take(split);
    else askForFiles(take);
  } catch (error) {
    loading = undefined; // the next visit tries again
    throw error;
  }
}

function askForFiles(take: (split: Split) => void): void {
  const form = byId('own-data', HTMLFormElement);
  const says = byId('idx-says', HTMLElement);
  form.hidden = false;
  byId('idx-files', HTMLInputElement).addEventListener('change', async ({ target }) => {
    says.textContent = 'Reading …';
    try {
      const split = await readIdxFiles([...((target as HTMLInputElement).files ?? [])]);
      form.hidden = true;
      take(split);
    } catch (error) {
      says.textContent = errorText(error);
    }
  });
}
