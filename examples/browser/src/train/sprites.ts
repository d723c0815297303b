/** Height and width of an image. */
export const SIDE = 28;
/** Images side by side in a sprite. */
export const COLUMNS = 50;
/** Images in a sprite: a PNG of 1400 × 1400, which any phone decodes. */
export const PER_SPRITE = COLUMNS * COLUMNS;

/** Images of a set as PNGs, in rows of `COLUMNS`. */
export interface PackedPart {
  readonly sprites: readonly string[];
  /** The class of each image: a digit. */
  readonly labels: string;
}

/** What tools/pack-data.ts writes, and the page reads. */
export interface PackedData {
  readonly classes: readonly string[];
  readonly train: PackedPart;
  readonly test: PackedPart;
}
