import { writeBytes } from '../../../converters/index.js';
import { ZooError } from '../../core/index.js';
import { curvesFigure, toPNG, toSVG } from '../../visualize/index.js';
import type { Callback } from './callback.js';

/**
 * A callback that draws the history behind each epoch, in Node: a file that ends in .svg or .png.
 * @throws ZooError for any other ending
 * @example
 * ```ts
 * const callbacks = [training.curvesFile('curves.svg'), training.curvesFile('curves.png')];
 * ```
 */
export function curvesFile(path: string): Callback {
  const isPng = /\.png$/i.test(path);
  if (!isPng && !/\.svg$/i.test(path)) {
    throw new ZooError(`curvesFile: expected a file that ends in .svg or .png, got '${path}'. Choose one of them.`);
  }
  return {
    async onEpochEnd(_record, { history }) {
      const figure = curvesFigure(history);
      await writeBytes(path, isPng ? await toPNG(figure) : new TextEncoder().encode(toSVG(figure)));
    },
  };
}
