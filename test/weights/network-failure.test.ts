import { expect } from 'chai';
import { networkFailure } from '../../weights/node/network-failure.js';

/** As fetch throws: what went wrong is the cause. */
function failed(message: string, code?: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
}

describe('a failure of the network', () => {
  const cases: readonly (readonly [code: string | undefined, message: string, reason: string, again: boolean])[] = [
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND a.org', 'ENOTFOUND: no such host', false],
    ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN a.org', 'EAI_AGAIN: no answer from the name server', false],
    ['ENETUNREACH', 'connect', 'ENETUNREACH: no network', false],
    ['UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error', 'UND_ERR_CONNECT_TIMEOUT: no connection in time', false],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'self-signed certificate',
      'TLS: self-signed certificate; NODE_EXTRA_CA_CERTS names further authorities',
      false,
    ],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'unable to verify the first certificate',
      'TLS: unable to verify the first certificate; NODE_EXTRA_CA_CERTS names further authorities',
      false,
    ],
    [undefined, 'redirect count exceeded', 'a redirect loop', false],
    [undefined, 'bad port', 'bad port', false],
    [
      'ERR_INVALID_FILE_URL_PATH',
      'File URL path must not include encoded / characters',
      'File URL path must not include encoded / characters',
      false,
    ],
    ['ECONNRESET', 'read ECONNRESET', 'a cut connection: read ECONNRESET', true],
    ['UND_ERR_SOCKET', 'other side closed', 'a cut connection: other side closed', true],
  ];
  for (const [code, message, reason, again] of cases) {
    it(`says: ${reason}`, () => {
      const failure = networkFailure(failed(message, code));
      expect([failure.message, failure.again]).to.deep.equal([reason, again]);
    });
  }

  it('has a reason, whatever was thrown', () => {
    expect(networkFailure(new AggregateError([], '')).message).to.equal('a cut connection: AggregateError');
    expect(networkFailure('odd').message).to.equal('a cut connection: odd');
    expect(networkFailure(undefined).message).to.equal('a cut connection: undefined');
  });
});
