import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a suite of benchmarks gets, and what it does: prints tables. */
export interface SuiteContext {
  /** A checkpoint of AlexNet with random weights. */
  readonly checkpoint: string;
  /** The same as an ONNX file, for one image. */
  readonly onnx: string;
  /** Fewer rounds, for a first look. */
  readonly isQuick: boolean;
  /** Results. */
  print(text: string): void;
  /** What is going on, and what goes wrong. */
  note(text: string): void;
}

export type Suite = (context: SuiteContext) => Promise<void>;

/** Calls a function with a folder that is gone afterwards, and when the process is ended early. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  await use(folder);
}
