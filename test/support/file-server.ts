import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateSync } from 'node:zlib';

/** How a server answers one request for a file. */
export type Answer = (request: IncomingMessage, response: ServerResponse, file: Uint8Array) => void;

export interface FileServer {
  /** Of the file. */
  readonly url: string;
  /** The Range header of every request, or 'all'. */
  readonly asked: string[];
  close(): Promise<void>;
}

const etag = '"one"';

/** Serves a file: the first request by the first answer, and so on; the last one answers all that follow. */
export async function serveFile(file: Uint8Array, ...answers: readonly Answer[]): Promise<FileServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? ranged;
    asked.push(request.headers.range ?? 'all');
    answer(request, response, file);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.pth`,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The first byte that is asked for, and the headers of an answer from there on. */
function begin(request: IncomingMessage, response: ServerResponse, length: number): number {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const changed = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag;
  if (start === 0 || changed) {
    response.writeHead(200, { ETag: etag, 'Content-Length': length });
    return 0;
  }
  if (start >= length) {
    response.writeHead(416, { 'Content-Range': `bytes */${length}` });
    return length;
  }
  const range = `bytes ${start}-${length - 1}/${length}`;
  response.writeHead(206, { ETag: etag, 'Content-Range': range, 'Content-Length': length - start });
  return start;
}

/** As a good server does. */
export const ranged: Answer = (request, response, file) => {
  response.end(file.subarray(begin(request, response, file.length)));
};

/** The whole file whatever is asked for. */
export const whole: Answer = (_request, response, file) => {
  response.writeHead(200, { 'Content-Length': file.length }).end(file);
};

/** Another file of the same length. */
export const other: Answer = (request, response, file) =>
  ranged(
    request,
    response,
    file.map((byte) => byte ^ 1),
  );

/** The connection breaks after some bytes. */
export function cut(bytes: number, after = 30): Answer {
  return (request, response, file) => {
    const start = begin(request, response, file.length);
    response.flushHeaders();
    response.write(file.subarray(start, start + bytes));
    // A stream that fails drops what was not read from it.
    setTimeout(() => response.destroy(), after);
  };
}

/** Nothing comes after some bytes. */
export function stalled(bytes: number): Answer {
  return (request, response, file) => {
    const start = begin(request, response, file.length);
    response.write(file.subarray(start, start + bytes));
  };
}

/** No answer at all. */
export const silent: Answer = () => {};

/** Some bytes at a time. */
export function slow(bytes: number, milliseconds: number): Answer {
  return (request, response, file) => {
    let sent = begin(request, response, file.length);
    const timer = setInterval(() => {
      response.write(file.subarray(sent, sent + bytes));
      sent += bytes;
      if (sent >= file.length) response.end();
    }, milliseconds);
    response.on('close', () => clearInterval(timer));
  };
}

/** A status without the file. */
export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_request, response) => response.writeHead(code, headers).end('sorry');
}

/** A login page, under any type. */
export function html(type: string): Answer {
  return (_request, response) =>
    response.writeHead(200, { 'Content-Type': type }).end('\n<!DOCTYPE html><p>Sign in</p>');
}

/** Bytes without a length, and then the end: fewer than the file has, or more. */
export function unannounced(bytes: number): Answer {
  return (_request, response, file) => {
    for (let left = bytes; left > 0; left -= file.length) response.write(file.subarray(0, left));
    response.end();
  };
}

/** A length that is not the file's. */
export function announced(length: number): Answer {
  return (_request, response, file) => {
    response.writeHead(200, { 'Content-Length': length });
    response.end(Buffer.concat([file, new Uint8Array(Math.max(length - file.length, 0))]).subarray(0, length));
  };
}

/** Bytes for ever. */
export const endless: Answer = (_request, response, file) => {
  const timer = setInterval(() => response.write(file), 1);
  response.on('close', () => clearInterval(timer));
};

/** To itself. */
export const redirectLoop: Answer = (request, response) => response.writeHead(302, { Location: request.url! }).end();

/** Compressed on the way, whatever the request accepts; `Content-Length` is then that of the compressed bytes. */
export const compressed: Answer = (_request, response, file) => {
  const body = deflateSync(file);
  response.writeHead(200, { 'Content-Encoding': 'deflate', 'Content-Length': body.length }).end(body);
};

/** Other bytes than the range asked for. */
export const wrongRange: Answer = (request, response, file) => {
  if (request.headers.range === undefined) return ranged(request, response, file);
  response.writeHead(206, { 'Content-Range': `bytes 1-${file.length - 1}/${file.length}` }).end(file.subarray(1));
};
