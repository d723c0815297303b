/**
 * Every error this package throws on purpose. One text form throughout:
 * *Who: expected X with its value, got Y with its shape. What to do.*
 */
export class ZooError extends Error {
  override name = 'ZooError';
}

/** A tensor of the wrong shape, type or layout met a layer or an op. */
export class ShapeError extends ZooError {
  override name = 'ShapeError';
}

/** A lazy parameter was needed before a forward pass or a checkpoint gave it a shape. */
export class UninitializedError extends ZooError {
  override name = 'UninitializedError';
}

/** A file that is no checkpoint, is damaged, or asks for something that a checkpoint must not do. */
export class CheckpointError extends ZooError {
  override name = 'CheckpointError';
  /** Byte offset in the file or in its pickle stream, where one is known. */
  readonly offset: number | undefined;

  constructor(message: string, options: ErrorOptions & { offset?: number | undefined } = {}) {
    super(message, options);
    this.offset = options.offset;
  }
}

/** One entry whose shape in the checkpoint is not the model's. Both in PyTorch's layout. */
export interface ShapeMismatch {
  readonly name: string;
  readonly expected: readonly number[];
  readonly actual: readonly number[];
}

/** A state dict that does not fit a model: everything wrong with it, at once. */
export class StateDictError extends ZooError {
  override name = 'StateDictError';
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly mismatched: readonly ShapeMismatch[];

  constructor(
    message: string,
    report: { missing: readonly string[]; unexpected: readonly string[]; mismatched: readonly ShapeMismatch[] },
  ) {
    super(message);
    this.missing = report.missing;
    this.unexpected = report.unexpected;
    this.mismatched = report.mismatched;
  }
}

/** A picture that cannot be decoded. */
export class ImageError extends ZooError {
  override name = 'ImageError';
}

/** Bytes that are not the ones that were published. Hashes are SHA-256 in hex; `expected` may be the first digits only. */
export class IntegrityError extends ZooError {
  override name = 'IntegrityError';
  readonly url: string;
  readonly expected: string;
  readonly actual: string;

  constructor(message: string, { url, expected, actual }: { url: string; expected: string; actual: string }) {
    super(message);
    this.url = url;
    this.expected = expected;
    this.actual = actual;
  }
}

/** Weights that could not be fetched, and why each address failed. */
export class DownloadError extends ZooError {
  override name = 'DownloadError';
  readonly attempts: readonly { readonly url: string; readonly reason: string }[];

  constructor(message: string, options: ErrorOptions & { attempts?: DownloadError['attempts'] } = {}) {
    super(message, options);
    this.attempts = options.attempts ?? [];
  }
}
