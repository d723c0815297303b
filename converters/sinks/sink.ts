/** Where a checkpoint can be written: a path or file: URL (Node), or a stream. */
export type CheckpointTarget = string | URL | WritableStream<Uint8Array<ArrayBuffer>>;

/** How far writing has come, in bytes of the file. */
export interface WriteProgress {
  readonly written: number;
  readonly total: number;
}

export interface WriteOptions {
  /** Stops writing; the promise is rejected with the signal's reason, and the target is as it was. */
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes are written. */
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
}

/** A file that is made while it is written, so that it is never in memory as a whole. */
export interface Encoding {
  /** Bytes of the whole file. */
  readonly size: number;
  /** The file from its start, in pieces of any length. A piece holds until the next is asked for. */
  chunks(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}
