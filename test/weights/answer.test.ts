import { expect } from 'chai';
import type { WeightsEntry } from 'tfjs-zoo/weights';
import { headersFor, judge } from '../../weights/answer.js';
import { Failure } from '../../weights/failure.js';

const entry: WeightsEntry = {
  model: 'lenet',
  name: 'TEST',
  url: 'https://example.org/model.pth',
  sha256: '01234567',
  size: { bytes: 100 },
};

function judgeOf(status: number, headers: Record<string, string>, start = 0) {
  return judge(new Response(new Uint8Array(1), { status, headers }), entry, start);
}

function failureOf(status: number, headers: Record<string, string>, start = 0): Failure {
  try {
    judgeOf(status, headers, start);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('expected a Failure');
}

describe('a request for weights', () => {
  it('asks for the rest of what is there, if it is the same version', () => {
    expect(headersFor(0, '"1"')).to.deep.equal({ 'Accept-Encoding': 'identity' });
    expect(headersFor(7)).to.deep.equal({ 'Accept-Encoding': 'identity', Range: 'bytes=7-' });
    expect(headersFor(7, '"1"')).to.include({ Range: 'bytes=7-', 'If-Range': '"1"' });
  });
});

describe('an answer with weights', () => {
  it('says where it begins, how long the file is, and which version', () => {
    const { body: _, ...whole } = judgeOf(200, { 'content-length': '100', etag: '"1"' });
    expect(whole).to.deep.equal({ start: 0, total: 100, validator: '"1"' });
    const { body: __, ...rest } = judgeOf(206, { 'content-range': 'bytes 40-99/100', 'last-modified': 'then' }, 40);
    expect(rest).to.deep.equal({ start: 40, total: 100, validator: 'then' });
    const unknown = judgeOf(206, { 'content-range': 'bytes 40-99/*', etag: 'W/"1"' }, 40);
    expect([unknown.total, unknown.validator]).to.deep.equal([undefined, undefined]);
    const compressed = judgeOf(200, { 'content-encoding': 'gzip', 'content-length': '3' }, 40);
    expect([compressed.start, compressed.total]).to.deep.equal([0, undefined]);
  });

  const failures: readonly (readonly [number, Record<string, string>, number, string])[] = [
    [206, {}, 0, 'HTTP status 206'],
    [206, {}, 40, "range '' instead of the bytes from 40 on"],
    [206, { 'content-range': 'bytes 0-99/100' }, 40, "range 'bytes 0-99/100' instead of the bytes from 40 on"],
    [
      206,
      { 'content-range': 'bytes 40-99/100', 'content-encoding': 'gzip' },
      40,
      "range 'bytes 40-99/100' instead of the bytes from 40 on",
    ],
    [206, { 'content-range': 'bytes 40-49/50' }, 40, 'a file of 50 bytes instead of 100 bytes'],
    [200, { 'content-length': '2097152' }, 0, 'a file of 2.0 MiB instead of 100 bytes'],
    [416, {}, 100, 'HTTP status 416'],
  ];
  for (const [status, headers, start, reason] of failures) {
    it(`is refused: ${reason}`, () => {
      const { message, again } = failureOf(status, headers, start);
      expect([message, again]).to.deep.equal([reason, false]);
    });
  }

  it('may ask to come again, at once or later', () => {
    const pauses = ['3', 'nonsense', new Date(Date.now() + 60_000).toUTCString(), new Date(0).toUTCString()].map(
      (text) => failureOf(503, { 'retry-after': text }).pause,
    );
    expect([pauses[0], pauses[1], pauses[3]]).to.deep.equal([3000, undefined, 0]);
    expect(pauses[2]).to.be.within(50_000, 60_000);
    for (const status of [408, 429, 500, 502, 503, 504]) expect(failureOf(status, {}).again).to.equal(true);
    for (const status of [400, 401, 403, 404, 410]) expect(failureOf(status, {}).again).to.equal(false);
  });
});
