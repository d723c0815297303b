import { randomValues } from '../engines/engine.js';

/** What a program tells of its start: when each stage ended, in milliseconds since the page began, and its logits; then a few more runs. */
export interface PageReport {
  readonly marks: readonly { readonly stage: string; readonly end: number }[];
  readonly logits: readonly number[];
  /** Milliseconds of each further image. */
  readonly steady: readonly number[];
}

export const image = randomValues([1, 224, 224, 3]);

/** Calls `ended` at the end of each stage, and gives what classifies the image. */
export type Program = (ended: (stage: string) => void) => Promise<() => Promise<Float32Array>>;

/** Runs a program, and sends the report. */
export async function reportStart(program: Program): Promise<void> {
  const report = await measureStart(program).catch((error) => ({ error: String(error) }));
  await fetch('/', { method: 'POST', body: JSON.stringify(report) });
}

async function measureStart(program: Program): Promise<PageReport> {
  const marks = [{ stage: 'scripts', end: performance.now() }];
  const ended = (stage: string) => void marks.push({ stage, end: performance.now() });
  const classify = await program(ended);
  const logits = await classify();
  ended('first image');
  const steady: number[] = [];
  for (let run = 0; run < 6; run++) {
    const start = performance.now();
    await classify();
    steady.push(performance.now() - start);
  }
  return { marks, logits: Array.from(logits), steady: steady.slice(1) };
}

/** What the page was opened with: a backend and its threads. */
export function asked(): { backend: string; threads: number } {
  const query = new URLSearchParams(location.hash.slice(1));
  return { backend: query.get('backend')!, threads: Number(query.get('threads')) };
}
