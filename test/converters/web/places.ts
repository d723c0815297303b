import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HostTensor, StateDict } from '../../../src/core/index.js';
import { folders } from './support.js';

/** Makes places for web folders, each in a folder of its own, so that what is left behind is seen. */
export function places(): () => string {
  const newFolder = folders();
  return () => {
    const parent = newFolder();
    mkdirSync(parent, { recursive: true });
    return join(parent, 'net');
  };
}

/** Everything beside a place. */
export function beside(place: string): string[] {
  return readdirSync(dirname(place)).sort();
}

/** Two tensors of nothing but one number. */
export function stateOf(fill: number, length = 3): StateDict {
  const tensor: HostTensor = { dtype: 'float32', shape: [length], data: new Float32Array(length).fill(fill) };
  return new Map([
    ['a', tensor],
    ['b', tensor],
  ]);
}
