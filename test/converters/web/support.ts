import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openWebFolder, readInOrder, toHost, type WebFolderOptions, writeWebFolder } from 'tfjs-zoo/converters';
import { localFolder } from '../../../converters/web/local-folder.js';
import type { WebManifest } from '../../../converters/web/manifest.js';
import { tensorBytes } from '../../../converters/write/tensor-bytes.js';
import { type Folder, type HostTensor, place, type StateDict, sizeOf } from '../../../src/core/index.js';

/** Makes folders for one test file, gone when its tests are done. */
export function folders(): () => string {
  const root = mkdtempSync(join(tmpdir(), 'tfjs-zoo-web-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  let count = 0;
  return () => join(root, String(count++));
}

export function manifestIn(folder: string): WebManifest {
  return JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
}

/** A folder written by hand: model.json of what is given, and shards. */
export function handmade(folder: string, json: unknown, shards: Record<string, Uint8Array> = {}): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.json'), typeof json === 'string' ? json : JSON.stringify(json));
  for (const [name, bytes] of Object.entries(shards)) writeFileSync(join(folder, name), bytes);
  return folder;
}

/** All files below a folder. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

/** A folder in memory. */
export function folderOf(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>): Folder {
  return {
    label: 'memory/',
    async read(name, { onBytes } = {}) {
      onBytes?.(files[name]!.length);
      return files[name]!;
    },
  };
}

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** The state dict as a loader receives it: all shards once, piece by piece. */
export async function receive(folder: Folder, onBytes?: (bytes: number) => void): Promise<StateDict> {
  const web = await openWebFolder(folder);
  const targets = new Map<string, Float32Array | Int32Array | Uint8Array>();
  const stateDict: StateDict = new Map();
  for await (const { tensor, isLast, ...values } of readInOrder(web, onBytes)) {
    const { name, entries, memoryShape } = tensor;
    const target = targets.get(name) ?? new arrays[entries[0]!.dtype](sizeOf(memoryShape));
    targets.set(name, target);
    expect(stateDict.has(name), `values of ${name} after its last`).to.equal(false);
    place(values, target);
    if (isLast) stateDict.set(name, toHost(tensor, target));
  }
  return new Map([...web.tensors.keys()].map((name) => [name, stateDict.get(name)!]));
}

/** Compares every bit, and the order. */
export function expectSame(actual: StateDict, expected: StateDict): void {
  const told = (stateDict: StateDict) => [...stateDict].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  expect(told(actual)).to.deep.equal(told(expected));
  for (const [name, tensor] of expected) {
    expect(actual.get(name)!.data.constructor, name).to.equal(tensor.data.constructor);
    expect(hex(actual.get(name)!), name).to.equal(hex(tensor));
  }
}

function hex({ data }: HostTensor): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
}

/** Writes a folder and reads it in both ways. */
export async function throughWeb(folder: string, stateDict: StateDict, options?: WebFolderOptions): Promise<StateDict> {
  await writeWebFolder(stateDict, folder, options);
  return receive(localFolder(folder));
}

/** The bytes of tensors as a file stores them, one behind the other. */
export function packed(...tensors: HostTensor[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(tensors.flatMap((tensor) => [...tensorBytes(tensor)].map((b) => b.slice()))));
}

/** Serves folders and what is put beside them, until the test is done; `answer` may do otherwise for a path. */
export async function serveFolder(
  folder: string,
  answer: (path: string, response: ServerResponse) => boolean = () => false,
): Promise<{ url: string; asked: string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url!.replace(/\?.*/, '').slice(1);
    asked.push(request.url!.slice(1));
    if (answer(path, response)) return;
    const file = join(folder, path);
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
