/** Where a checkpoint's bytes come from. Adapters implement this; all else reads through `ByteReader`. */
export interface ByteSource {
  /** For messages: a file's name, a URL. */
  readonly label: string;
  readonly size: number;
  /** Reads that may go on at once; one where it is not said. */
  readonly concurrency?: number;
  /** Fills `target` with the bytes from `offset` on. The caller has checked that they lie within `size`. */
  readInto(offset: number, target: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
}

/** What a checkpoint can be read from: its bytes, a Blob or File, a path (Node), or a URL. */
export type CheckpointSource = Uint8Array | ArrayBuffer | Blob | string | URL;

/** How far reading has come, in bytes of the file. */
export interface ReadProgress {
  readonly loaded: number;
  readonly total: number;
}

export interface ReadOptions {
  /** Stops reading; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes arrive. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}
