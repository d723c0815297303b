import { collect } from './collect.js';
import { DownloadError, IntegrityError } from './errors.js';
import { differenceOf, type ExpectedFile, type ReadFileOptions } from './folder.js';

/** How long to put up with a server: milliseconds without a byte, how often to ask again, and how long before the first time. */
export interface FetchPatience {
  readonly stall: number;
  readonly retries: number;
  readonly pause: number;
}

const usual: FetchPatience = { stall: 30_000, retries: 2, pause: 500 };

/** A server that does not say how long its answer is may never end it. */
const MAX_UNANNOUNCED = 64 * 2 ** 20;

export interface FetchFileOptions extends ReadFileOptions {
  readonly patience?: Partial<FetchPatience> | undefined;
}

/** Why a file did not come, and whether asking again may help. */
class Trouble extends Error {
  readonly again: boolean;

  constructor(reason: string, again: boolean, options: ErrorOptions = {}) {
    super(reason, options);
    this.again = again;
  }
}

/**
 * Fetches a file that fits memory, in a page as in Node, and asks again where a connection was cut.
 * @throws DownloadError with the reason, IntegrityError where it is another file than expected
 */
export async function fetchFile(url: string, options: FetchFileOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, onBytes } = options;
  const patience = {
    ...usual,
    ...(options.retries !== undefined && { retries: options.retries }),
    ...options.patience,
  };
  let isAnother = false;
  for (let retries = 0; ; retries++) {
    let come = 0;
    const count = (bytes: number) => {
      come += bytes;
      onBytes?.(bytes);
    };
    try {
      const cache = options.isKept ? 'no-store' : retries > 0 ? 'reload' : 'default';
      return await attempt(url, options, cache, patience.stall, count);
    } catch (error) {
      onBytes?.(-come);
      signal?.throwIfAborted();
      // A browser may have kept what the server had before.
      const isStale = error instanceof IntegrityError && !isAnother && patience.retries > 0;
      isAnother = true;
      if (isStale) continue;
      if (!(error instanceof Trouble)) throw error;
      if (!error.again || retries >= patience.retries) {
        throw new DownloadError(`${url}: expected the file, got ${error.message}. ${remedyOf(error)}`, {
          attempts: [{ url, reason: error.message }],
          cause: error.cause,
        });
      }
      await pause(patience.pause * 2 ** retries, signal);
    }
  }
}

function remedyOf({ again }: Trouble): string {
  return again ? 'Check the address and the connection.' : 'Check the address.';
}

async function attempt(
  url: string,
  expected: FetchFileOptions,
  cache: RequestCache,
  stall: number,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), stall);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), stall);
  };
  const signal = expected.signal ? AbortSignal.any([expected.signal, silence.signal]) : silence.signal;
  const fail = (cause: unknown): never => {
    const reason = silence.signal.aborted ? `nothing for ${stall / 1000} s` : `no answer (${causeOf(cause)})`;
    throw new Trouble(reason, true, { cause });
  };
  try {
    const response = await fetch(url, { signal, cache }).catch(fail);
    judge(response);
    const reader = response.body?.getReader();
    const limit = expected.bytes ?? MAX_UNANNOUNCED;
    const next = async () => {
      const { value } = (await reader?.read().catch(fail)) ?? {};
      if (value) {
        heard();
        onBytes(value.length);
      }
      return value;
    };
    const bytes = await collect(next, limit, expected);
    expectWhole(bytes, limit, expected);
    await expectSame(url, bytes, expected);
    return bytes;
  } finally {
    clearTimeout(timer);
    silence.abort(); // an answer that is not read to its end would keep its connection
  }
}

function judge(response: Response): void {
  const { ok, status, statusText, headers } = response;
  if (!ok) throw new Trouble(`HTTP status ${status} ${statusText}`.trimEnd(), status >= 500 || status === 429);
  if (/^text\/html\b/i.test(headers.get('content-type') ?? '')) throw htmlTrouble();
}

/** Single-page applications answer any address with their own page. */
function htmlTrouble(): Trouble {
  return new Trouble('an HTML page, as a server gives for addresses that it does not know', false);
}

/** What comes piece by piece, in one. */
function expectWhole(bytes: Uint8Array, limit: number, { bytes: expected }: ExpectedFile): void {
  // Before its length, for a page is hardly ever as long as the file.
  if (/^\s*<(!doctype|html|head)\b/i.test(new TextDecoder().decode(bytes.subarray(0, 64)))) throw htmlTrouble();
  if (bytes.length > limit) throw new Trouble(`more than ${limit} bytes`, false);
  if (expected !== undefined && bytes.length < expected) {
    throw new Trouble(`${bytes.length} of ${expected} bytes`, true);
  }
}

async function expectSame(url: string, bytes: Uint8Array<ArrayBuffer>, { sha256 }: ExpectedFile): Promise<void> {
  const difference = await differenceOf(bytes, { sha256 });
  if (difference?.sha256 === undefined) return;
  throw new IntegrityError(
    `${url}: expected SHA-256 ${sha256}, got ${difference.sha256}. The server has another file, or one of another conversion: upload the whole folder again.`,
    { url, expected: sha256!, actual: difference.sha256 },
  );
}

/** Node's fetch says only that it failed; why, says its cause. A page is not told. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error && error.cause.message) return error.cause.message;
  return typeof document === 'undefined'
    ? error.message
    : `${error.message}; the server may not allow this page to read it, by CORS`;
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
