import { ImageError } from '../../../core/index.js';

/** Reads the bits of entropy-coded JPEG data, highest first, and undoes the byte stuffing (FF 00 stands for FF). */
export class BitReader {
  private readonly data: Uint8Array;
  /** Where the next byte is read. */
  private position: number;
  private bits = 0;
  private count = 0;
  /** Zero bits supplied past the data's end: codes are looked up 16 bits at a time, of which fewer may exist. */
  private padding = 0;

  constructor(data: Uint8Array, position: number) {
    this.data = data;
    this.position = position;
  }

  private fill(): void {
    while (this.count <= 24) {
      let byte = this.position < this.data.length ? this.data[this.position]! : 0xff;
      if (byte !== 0xff) {
        this.position++;
      } else if (this.data[this.position + 1] === 0) {
        this.position += 2;
      } else {
        byte = 0;
        this.padding += 8;
      }
      this.bits = (this.bits << 8) | byte;
      this.count += 8;
    }
  }

  /** The next 16 bits, which stay unread. */
  peek16(): number {
    if (this.count < 16) this.fill();
    return (this.bits >>> (this.count - 16)) & 0xffff;
  }

  skip(length: number): void {
    this.count -= length;
  }

  /** The next `length` bits as an unsigned number, 0 to 16 of them. */
  read(length: number): number {
    if (length === 0) return 0;
    if (this.count < length) this.fill();
    this.count -= length;
    return (this.bits >>> this.count) & ((1 << length) - 1);
  }

  /** JPEG's signed number of `length` bits: those that start with 0 are negative. */
  readSigned(length: number): number {
    const value = this.read(length);
    return length > 0 && value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  /** @throws ImageError where more bits were read than the data has. */
  checkNotPastEnd(): void {
    if (this.count >= this.padding) return;
    throw new ImageError(
      `loadImage: expected more JPEG data at byte ${this.position}, got ${this.position >= this.data.length ? 'the end of the file' : 'a marker'}. The file is truncated or damaged: get it again.`,
    );
  }

  /** Drops what is left of the current byte and returns where the next marker starts. */
  seekMarker(): number {
    this.bits = 0;
    this.count = 0;
    this.padding = 0;
    const { data } = this;
    while (this.position < data.length) {
      const next = data[this.position + 1];
      if (data[this.position] === 0xff && next !== 0 && next !== 0xff) break;
      this.position++;
    }
    return this.position;
  }

  /** Goes behind the restart marker that must come now. */
  restart(): void {
    const marker = this.data[this.seekMarker() + 1];
    if (marker === undefined || marker < 0xd0 || marker > 0xd7) {
      throw new ImageError(
        `loadImage: expected a JPEG restart marker at byte ${this.position}, got ${marker === undefined ? 'the end of the file' : `marker FF${marker.toString(16).toUpperCase()}`}. The file is truncated or damaged: get it again.`,
      );
    }
    this.position += 2;
  }
}
