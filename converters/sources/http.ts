import { CheckpointError } from '../../src/core/index.js';
import { fromBytes } from './memory.js';
import { withReadAhead } from './read-ahead.js';
import type { ByteSource, ReadOptions } from './source.js';

/** Small enough to wait for, large enough for many small tensors. */
const blockSize = 2 ** 20;

/** A server that does not say how long its answer is may never end it. */
const maxUnannounced = 2 ** 31;

interface Range {
  readonly start: number;
  /** Of the whole file. */
  readonly total: number;
}

/** Parses `Content-Range: bytes 0-1023/4096`; undefined when it is absent, hidden by CORS, or has no total. */
function parseContentRange(response: Response): Range | undefined {
  const match = /^bytes (\d{1,15})-\d+\/(\d{1,15})$/i.exec(response.headers.get('content-range') ?? '');
  return match ? { start: Number(match[1]), total: Number(match[2]) } : undefined;
}

/** What identifies this version of the file, so that parts of two versions are never mixed. */
function versionOf(response: Response): string | null {
  return response.headers.get('etag') ?? response.headers.get('last-modified');
}

/** Node's fetch says only that it failed; why, says its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}

async function request(url: string, range: string | undefined, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal: signal ?? null, headers: range ? { Range: range } : {} });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new CheckpointError(
      `${url}: expected an answer, got none (${reasonOf(cause)}). ` +
        'Check the address and the connection; in a page, the server must allow cross-origin requests (CORS).',
      { cause },
    );
  }
  // 416 answers a range of an empty file: the whole of it can still be had.
  if (!response.ok && !(range && response.status === 416)) {
    throw new CheckpointError(
      `${url}: expected HTTP status 200 or 206, got ${response.status} ${response.statusText}. Check the address.`,
    );
  }
  return response;
}

/** Reads a body to its end. `expected` is its length where that is known. */
async function download(
  url: string,
  response: Response,
  expected: number | undefined,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  try {
    for (let reader = response.body?.getReader(); reader; ) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      loaded += value.length;
      if (loaded > (expected ?? maxUnannounced)) {
        await reader.cancel();
        break;
      }
      options.onProgress?.({ loaded, total: expected ?? loaded });
    }
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw truncated(url, loaded, expected, cause);
  }
  if (expected !== undefined && loaded !== expected) throw truncated(url, loaded, expected);
  if (expected === undefined && loaded > maxUnannounced) {
    throw new CheckpointError(
      `${url}: expected at most ${maxUnannounced} bytes from a server that gives no Content-Length, got more. ` +
        'Download the file, and read it from there.',
    );
  }
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function truncated(url: string, loaded: number, expected: number | undefined, cause?: unknown): CheckpointError {
  return new CheckpointError(
    `${url}: expected ${expected ?? 'all'} bytes, got ${loaded}. The connection or the server's length is broken: try again.`,
    { cause },
  );
}

async function downloadAll(url: string, response: Response, options: ReadOptions): Promise<ByteSource> {
  // The length header counts what travels, which is not the file when it is compressed on the way.
  const encoded = response.headers.has('content-encoding');
  const length = response.headers.get('content-length');
  const expected = length !== null && !encoded ? Number(length) : undefined;
  return fromBytes(await download(url, response, expected, options), url);
}

/**
 * Opens a file on a web server. When the server answers ranges (206 with a `Content-Range` that can be read), only the
 * parts asked for are fetched; otherwise the file is downloaded once.
 */
export async function fromUrl(url: string, options: ReadOptions = {}): Promise<ByteSource> {
  const { signal } = options;
  if (!/^https?:/i.test(url)) return downloadAll(url, await request(url, undefined, signal), options);
  const first = await request(url, `bytes=0-${blockSize - 1}`, signal);
  if (first.status === 200) return downloadAll(url, first, options);
  const range = first.status === 206 ? parseContentRange(first) : undefined;
  if (range?.start !== 0 || first.headers.has('content-encoding')) {
    await first.body?.cancel();
    return downloadAll(url, await request(url, undefined, signal), options);
  }
  const { total } = range;
  const head = await download(url, first, Math.min(blockSize, total), { signal });
  const version = versionOf(first);

  async function fetchRange(start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const response = await request(url, `bytes=${start}-${start + length - 1}`, signal);
    const got = parseContentRange(response);
    if (response.status !== 206 || got?.start !== start || got.total !== total || versionOf(response) !== version) {
      await response.body?.cancel();
      throw new CheckpointError(
        `${url}: expected bytes ${start}-${start + length - 1} of ${total}, got HTTP status ${response.status} with range ` +
          `'${response.headers.get('content-range') ?? ''}'. The file changed while it was read: try again.`,
        { offset: start },
      );
    }
    return download(url, response, length, { signal });
  }

  const ranges: ByteSource = {
    label: url,
    size: total,
    async readInto(offset, target) {
      target.set(await fetchRange(offset, target.length));
    },
    async close() {},
  };
  return withReadAhead(ranges, blockSize, head);
}
