import { CheckpointError } from '../../src/core/index.js';

/** A pickle that goes on beyond the bytes given: the legacy reader answers it with more of the file. */
export class TruncatedPickleError extends CheckpointError {}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder('latin1');

/** Reads a pickle's operands; never past the end, and never a length that the bytes left cannot hold. */
export class PickleCursor {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  /** Moves past `length` bytes and returns where they start. */
  private advance(length: number): number {
    const start = this.position;
    const left = this.bytes.length - start;
    if (length > left) {
      throw new TruncatedPickleError(
        `Pickle: expected ${length} more bytes at byte ${start}, got ${left}. The file is truncated: fetch it again.`,
        { offset: start },
      );
    }
    this.position = start + length;
    return start;
  }

  uint8(): number {
    return this.bytes[this.advance(1)]!;
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  /** An 8-byte length; those beyond 2⁵³ lose digits, which does not matter: no file has them. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.advance(8), true));
  }

  float64BigEndian(): number {
    return this.view.getFloat64(this.advance(8), false);
  }

  /** The next `length` bytes, not copied. */
  take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Checks that `length` bytes are there and stays before them. */
  expect(length: number): void {
    this.position = this.advance(length);
  }

  text(length: number): string {
    const start = this.position;
    try {
      return utf8.decode(this.take(length));
    } catch (cause) {
      if (cause instanceof CheckpointError) throw cause;
      throw new CheckpointError(
        `Pickle: expected UTF-8 text of ${length} bytes at byte ${start}, got other bytes. The file is damaged: fetch it again.`,
        { offset: start, cause },
      );
    }
  }

  /** A Python 2 `str`: text when it is UTF-8, else one character per byte, as `torch.load` users choose by hand. */
  legacyText(length: number): string {
    const bytes = this.take(length);
    try {
      return utf8.decode(bytes);
    } catch {
      return latin1.decode(bytes);
    }
  }

  /** The text up to the next newline, which is consumed: operands of the opcodes of protocol 0. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) {
      throw new TruncatedPickleError(
        `Pickle: expected a line at byte ${this.position}, got no end of line. The file is truncated: fetch it again.`,
        { offset: this.position },
      );
    }
    const text = latin1.decode(this.bytes.subarray(this.position, end));
    this.position = end + 1;
    return text;
  }
}
