import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostTensor } from '../../../src/core/index.js';

/** A folder for one test file, gone when its tests are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-write-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function float32(values: readonly number[], shape: readonly number[] = [values.length]): HostTensor {
  return { dtype: 'float32', shape, data: Float32Array.from(values) };
}
