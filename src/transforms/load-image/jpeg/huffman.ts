import { ImageError } from '../../../core/index.js';
import type { BitReader } from './bit-reader.js';

/** A Huffman code of a JPEG file, decoded by one look at the next 16 bits. */
export class HuffmanTable {
  /** For each 16 bits: the length of the code they start with · 256 + its symbol; 0 where no code fits. */
  private readonly lookup = new Uint16Array(1 << 16);

  /** `counts[i]` codes have i + 1 bits; `symbols` are in the order of their codes. */
  constructor(counts: Uint8Array, symbols: Uint8Array) {
    let code = 0; // as the top bits of 16
    let next = 0;
    counts.forEach((count, i) => {
      const length = i + 1;
      const span = 1 << (16 - length);
      for (let n = 0; n < count; n++) {
        if (code + span > this.lookup.length) {
          throw new ImageError(
            `loadImage: expected a Huffman table of at most ${1 << length} codes of ${length} bits, got more. The JPEG is damaged: get it again.`,
          );
        }
        this.lookup.fill((length << 8) | symbols[next++]!, code, code + span);
        code += span;
      }
    });
  }

  decode(reader: BitReader): number {
    const entry = this.lookup[reader.peek16()]!;
    if (entry === 0) {
      reader.checkNotPastEnd();
      throw new ImageError(
        'loadImage: expected a code of the Huffman table, got bits that are none. The JPEG is damaged: get it again.',
      );
    }
    reader.skip(entry >> 8);
    return entry & 0xff;
  }
}
