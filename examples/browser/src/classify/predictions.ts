import type { models } from 'tfjs-zoo';
import { make } from '../dom.js';
import { percentText } from '../text.js';

/** Shows the best classes as bars. */
export function showPredictions(list: HTMLElement, predictions: readonly models.Prediction[]): void {
  list.replaceChildren(
    ...predictions.map(({ label, probability }) => {
      const bar = make('i', { 'aria-hidden': 'true' });
      bar.style.setProperty('--share', String(probability));
      return make('li', {}, make('span', {}, label), make('b', {}, percentText(probability)), bar);
    }),
  );
}

/** What a screen reader says of them. */
export function spoken(predictions: readonly models.Prediction[]): string {
  return predictions
    .slice(0, 3)
    .map(({ label, probability }) => `${label}, ${Math.round(100 * probability)} percent`)
    .join('; ');
}
