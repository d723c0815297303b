import { type Engine, type EngineOptions, type Program, type StartEngine, toChannelsFirst } from './engines/engine.js';

/** What the parent asks of a child. */
export type Request =
  | { readonly kind: 'start'; readonly options: EngineOptions }
  /** The network, or a layer of AlexNet by name. */
  | { readonly kind: 'compile'; readonly layer: string | undefined; readonly batch: number }
  | { readonly kind: 'time'; readonly runs: number };

// A child of the family, in a process or a page: holds one contender's engine and does what its parent asks, one thing at a time.

let engine: Engine | undefined;
let program: Program | undefined;

/** Builds the network, or one layer of it, and computes once. @returns the values, images channels-first */
async function compile(layer: string | undefined, batch: number): Promise<Float32Array> {
  await program?.dispose();
  program = await engine!.compile(batch, layer);
  const values = await program.run();
  return program.isChannelsFirst || values.shape.length === 2 ? values.data : toChannelsFirst(values).data;
}

/** Milliseconds of each run, after one that does not count: the other children have had the caches meanwhile. */
async function timeRuns(runs: number): Promise<number[]> {
  await program!.run();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await program!.run();
    times.push(performance.now() - start);
  }
  return times;
}

/** @param loadEngine which of bench/engines it is */
export async function answer(request: Request, loadEngine: () => Promise<{ start: StartEngine }>): Promise<unknown> {
  switch (request.kind) {
    case 'start':
      engine = await (await loadEngine()).start(request.options);
      return undefined;
    case 'compile':
      return compile(request.layer, request.batch);
    case 'time':
      return timeRuns(request.runs);
  }
}
