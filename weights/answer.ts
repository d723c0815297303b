import { Failure } from './failure.js';
import { differingText, fitsSize } from './known.js';
import type { PublishedFile } from './published-file.js';

/** A server's answer that holds the file, or the rest of it. */
export interface Answer {
  readonly body: ReadableStream<Uint8Array>;
  /** The byte of the file that the body begins with: 0 where the server does not know ranges. */
  readonly start: number;
  /** Of the file, where the server tells it. */
  readonly total: number | undefined;
  /** What names this version of the file in If-Range. */
  readonly validator: string | undefined;
}

/** What to send to get a file's bytes from `start` on; `validator` is that of the answer that gave the earlier ones. */
export function headersFor(start: number, validator?: string): Record<string, string> {
  return {
    // Ranges and lengths would count compressed bytes, and weights hardly shrink.
    'Accept-Encoding': 'identity',
    ...(start > 0 && { Range: `bytes=${start}-`, ...(validator && { 'If-Range': validator }) }),
  };
}

/**
 * Makes of a response to `headersFor(start)` what can be read.
 * @throws Failure if it holds something else
 */
export function judge(response: Response, entry: PublishedFile, start: number): Answer {
  const { status, headers, body } = response;
  if (status !== 200 && !(status === 206 && start > 0)) throw refused(response);
  if (/^text\/html\b/i.test(headers.get('content-type') ?? '')) throw htmlFailure();
  const encoded = headers.has('content-encoding');
  const range = status === 206 ? contentRange(headers.get('content-range')) : undefined;
  if (status === 206 && (encoded || range?.start !== start)) {
    throw new Failure(`range '${headers.get('content-range') ?? ''}' instead of the bytes from ${start} on`, {
      startOver: true,
    });
  }
  // Of a body that was compressed on the way, the header has the shorter length.
  const length = headers.get('content-length');
  const total = range?.total ?? (status === 206 || encoded || length === null ? undefined : Number(length));
  if (total !== undefined && !fitsSize(entry, total)) {
    throw new Failure(`a file of ${differingText(total, entry)}`);
  }
  // fetch leaves it out only of statuses that have none.
  return { body: body!, start: range ? start : 0, total, validator: validatorOf(headers) };
}

/** A file that begins like a page: servers send such ones under any type. */
export function expectNoHtml(bytes: Uint8Array): void {
  if (/^\s*<(!doctype|html|head|\?xml)\b/i.test(new TextDecoder().decode(bytes.subarray(0, 64)))) throw htmlFailure();
}

function htmlFailure(): Failure {
  return new Failure('an HTML page, perhaps of a login or of a captive portal');
}

/** Statuses that a server gives when it is overloaded or restarted. */
const passing = [408, 429, 500, 502, 503, 504];

function refused({ status, statusText, headers }: Response): Failure {
  return new Failure(`HTTP status ${status} ${statusText}`.trim(), {
    again: passing.includes(status),
    startOver: status === 416,
    pause: retryAfter(headers.get('retry-after')),
  });
}

/** In milliseconds; the header has seconds or a date. */
function retryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(milliseconds, 0);
}

function contentRange(text: string | null): { start: number; total: number | undefined } | undefined {
  const match = /^bytes (\d{1,15})-\d+\/(\d{1,15}|\*)$/i.exec(text ?? '');
  return match ? { start: Number(match[1]), total: match[2] === '*' ? undefined : Number(match[2]) } : undefined;
}

/** A weak ETag must not be used in If-Range. */
function validatorOf(headers: Headers): string | undefined {
  const etag = headers.get('etag');
  return (etag && !etag.startsWith('W/') ? etag : headers.get('last-modified')) ?? undefined;
}
