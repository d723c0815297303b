import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StateDict } from '../../src/core/index.js';
import { formulaStateDict } from '../support/formula-weights.js';
import { safetensorsBytes } from '../support/safetensors.js';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The built program, as users have it: `npm test` builds first. */
export const program = ['dist/src/cli/main.js'];

/** What a libtensorflow with oneDNN says where tfjs-node is installed, before it reads how much it is to say. */
const banner =
  /^(WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR|I0000 .*oneDNN.*)\n/gm;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs tfjs-zoo as a user would, with neither stdout nor stderr a terminal. */
export function tfjsZoo(...words: string[]): Promise<Outcome> {
  return runNode([...program, ...words]);
}

export function runNode(args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  return outcomeOf(spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options }));
}

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr: stderr.replace(banner, '') }));
  });
}

/** A folder for one test file, gone when its tests are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-cli-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Weights of a LeNet for images of 32 × 32 and 7 classes. */
export function lenetWeights(): StateDict {
  return formulaStateDict([
    ['conv1.weight', [6, 1, 5, 5]],
    ['conv1.bias', [6]],
    ['conv2.weight', [16, 6, 5, 5]],
    ['conv2.bias', [16]],
    ['fc1.weight', [120, 400]],
    ['fc1.bias', [120]],
    ['fc2.weight', [84, 120]],
    ['fc2.bias', [84]],
    ['fc3.weight', [7, 84]],
    ['fc3.bias', [7]],
  ]);
}

/** Writes `lenetWeights` into a folder, and tells where. */
export function writeLenet(folder: string): string {
  const file = join(folder, 'lenet.safetensors');
  writeFileSync(file, safetensorsBytes(lenetWeights()));
  return file;
}
