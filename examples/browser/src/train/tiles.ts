import { make } from '../dom.js';
import type { GrayImages } from './images.js';
import { SIDE } from './sprites.js';

/** Shows images with the classes that they are of. */
export function showTiles(list: HTMLElement, images: GrayImages): void {
  list.replaceChildren(
    ...Array.from(images.labels, (label, index) => {
      const canvas = make('canvas', { width: SIDE, height: SIDE, 'aria-hidden': 'true' });
      const pixels = new ImageData(SIDE, SIDE);
      const image = images.images.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE);
      for (const [at, value] of image.entries()) pixels.data.set([value, value, value, 255], 4 * at);
      canvas.getContext('2d')!.putImageData(pixels, 0, 0);
      return make('li', {}, canvas, make('span', {}, images.classes[label]!));
    }),
  );
}

/** Marks each image as taken rightly or wrongly, and says for what. */
export function markTiles(list: HTMLElement, images: GrayImages, predicted: readonly number[]): void {
  for (const [index, tile] of [...list.children].entries()) {
    const [right, got] = [images.labels[index]!, predicted[index]!];
    const [name, guess] = [images.classes[right]!, images.classes[got]!];
    tile.className = right === got ? 'right' : 'wrong';
    tile
      .querySelector('span')!
      .replaceChildren(
        ...(right === got
          ? [guess, make('span', { class: 'unseen' }, ', right')]
          : [make('del', {}, guess), ' ', make('ins', {}, name), make('span', { class: 'unseen' }, ', wrong')]),
      );
  }
}
