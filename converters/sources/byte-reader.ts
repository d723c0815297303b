import { CheckpointError } from '../../src/core/index.js';
import type { ByteSource, ReadOptions } from './source.js';

/** Large enough to cost nothing, small enough that progress moves and an abort is heard. */
const chunkSize = 8 * 2 ** 20;

/** Random access to a source: checked against its size, in chunks, with progress and abort. */
export class ByteReader {
  private readonly source: ByteSource;
  private readonly options: ReadOptions;
  private loaded = 0;
  private closed = false;

  constructor(source: ByteSource, options: ReadOptions = {}) {
    this.source = source;
    this.options = options;
  }

  get size(): number {
    return this.source.size;
  }

  get label(): string {
    return this.source.label;
  }

  /** Reads `length` bytes from `offset` on into memory that is the caller's. */
  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.closed) {
      throw new CheckpointError(`${this.label}: expected an open checkpoint, got a closed one. Read before close().`);
    }
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) {
      throw new CheckpointError(
        `${this.label}: expected ${length} bytes at byte ${offset}, got a file of ${this.size} bytes. ` +
          'The file is truncated or damaged: fetch it again.',
        { offset },
      );
    }
    const bytes = new Uint8Array(length);
    let next = 0;
    const readChunks = async () => {
      while (next < length) {
        this.options.signal?.throwIfAborted();
        const start = next;
        next += chunkSize;
        const chunk = bytes.subarray(start, next);
        await this.source.readInto(offset + start, chunk);
        this.report(chunk.length);
      }
    };
    await Promise.all(Array.from({ length: this.source.concurrency ?? 1 }, readChunks));
    this.options.signal?.throwIfAborted();
    return bytes;
  }

  /** Headers are read apart from what they describe, and shared storages twice, so the sum is held at the size. */
  private report(length: number): void {
    this.loaded = Math.min(this.loaded + length, this.size);
    this.options.onProgress?.({ loaded: this.loaded, total: this.size });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.source.close();
  }
}
