import { channelsOf, imageLike, type PixelImage } from './image.js';

/**
 * The image whose pixel (y, x) is the input's pixel (rows[y], columns[x]).
 *
 * @param fill a byte per channel, where a row or a column is −1
 */
export function gatherPixels(
  image: PixelImage,
  rows: Int32Array,
  columns: Int32Array,
  fill: readonly number[] = [],
): PixelImage {
  const channels = channelsOf(image);
  const data = new Uint8Array(rows.length * columns.length * channels);
  let out = 0;
  for (const row of rows) {
    for (const column of columns) {
      const at = (row * image.width + column) * channels;
      const isInside = row >= 0 && column >= 0;
      for (let c = 0; c < channels; c++) data[out++] = isInside ? image.data[at + c]! : fill[c]!;
    }
  }
  return imageLike(image, columns.length, rows.length, data);
}
