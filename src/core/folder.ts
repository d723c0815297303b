import { sha256 } from './sha256.js';

/** What is known of a file before it is read. */
export interface ExpectedFile {
  readonly bytes?: number | undefined;
  /** In hex, 64 digits. */
  readonly sha256?: string | undefined;
}

export interface ReadFileOptions extends ExpectedFile {
  /** Called with the bytes of each piece that comes, and with less than nothing where some are to come again. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Stops reading, where that takes time: the promise is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Throws unless the file is what it should be, where there is no hash: one that is not is kept nowhere. */
  readonly check?: ((bytes: Uint8Array<ArrayBuffer>) => void) | undefined;
  /** Memory for the file, if it is long enough: what is returned then lies in it, and is there until it is used again. */
  readonly into?: Uint8Array<ArrayBuffer> | undefined;
  /** Whether who asks keeps the file, and a browser need not keep it as well. */
  readonly isKept?: boolean | undefined;
  /** How often to ask a server again. */
  readonly retries?: number | undefined;
}

/** A folder of files on a disk or a server, for those who do not care which. */
export interface Folder {
  /** For messages: a path or a URL, with a slash at its end. */
  readonly label: string;
  /**
   * Reads a file of the folder whole.
   * @throws ZooError, in words for the user, unless it is as long as expected and has the hash
   */
  read(name: string, options?: ReadFileOptions): Promise<Uint8Array<ArrayBuffer>>;
}

/** In what bytes differ from what was expected: their length, or their hash; undefined where they do not. */
export async function differenceOf(
  bytes: Uint8Array<ArrayBuffer>,
  expected: ExpectedFile,
): Promise<ExpectedFile | undefined> {
  if (expected.bytes !== undefined && bytes.length !== expected.bytes) return { bytes: bytes.length };
  if (expected.sha256 === undefined) return undefined;
  const actual = await sha256(bytes);
  return actual === expected.sha256 ? undefined : { sha256: actual };
}
