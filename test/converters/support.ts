import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { HostTensor } from '../../src/core/index.js';

const folder = new URL('../fixtures/checkpoints/', import.meta.url);

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(name, folder));
}

export function fixtureBytes(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(fixturePath(name)));
}

interface Golden {
  readonly dtype: string;
  readonly shape: number[];
  readonly data: string;
}

/** For each fixture, its tensors in order as PyTorch reads them. */
export const golden: Record<string, [string, Golden][]> = JSON.parse(
  readFileSync(new URL('expected.json', folder), 'utf8'),
);

/** Compares names, order, dtypes, shapes and every bit of the data. */
export function expectGolden(stateDict: Map<string, HostTensor>, file: string): void {
  const expected = golden[file]!;
  expect([...stateDict.keys()]).to.deep.equal(expected.map(([name]) => name));
  for (const [name, { dtype, shape, data }] of expected) {
    const tensor = stateDict.get(name)!;
    expect([name, tensor.dtype, tensor.shape]).to.deep.equal([name, dtype, shape]);
    const bytes = Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
    expect(bytes.toString('base64'), name).to.equal(data);
  }
}

/** The error that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { offset?: number }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a rejection, got none');
}
