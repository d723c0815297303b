import { Failure } from '../failure.js';

/** Where asking again at once would end the same. */
const lasting: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no answer from the name server',
  ECONNREFUSED: 'connection refused',
  ENETUNREACH: 'no network',
  EHOSTUNREACH: 'no way to the host',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  ENOENT: 'no such file',
  EACCES: 'not readable',
  EISDIR: 'a folder',
};

/** Makes of what fetch threw a reason; Node's own message is only "fetch failed", and its cause says why. */
export function networkFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { message, code } = innermost(error);
  if (code && lasting[code]) return new Failure(`${code}: ${lasting[code]}`, { cause: error });
  if (/redirect count/.test(message)) return new Failure('a redirect loop', { cause: error });
  if (/CERT|TLS|SSL|SIGNATURE|EPROTO/.test(code ?? '')) {
    return new Failure(`TLS: ${message}; NODE_EXTRA_CA_CERTS names further authorities`, { cause: error });
  }
  if (/unknown scheme|invalid url|bad port/i.test(message) || code?.startsWith('ERR_INVALID_'))
    return new Failure(message, { cause: error });
  return new Failure(`a cut connection: ${message}`, { again: true, cause: error });
}

function innermost(error: unknown): { message: string; code: string | undefined } {
  let inner = error as { message?: string; code?: string; cause?: unknown; errors?: readonly unknown[] };
  while (inner?.cause instanceof Error) inner = inner.cause as typeof inner;
  return { message: inner?.message || inner?.code || String(error), code: inner?.code };
}
