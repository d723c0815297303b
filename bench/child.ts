import type { Answer, Request } from './child-process.js';
import { type Engine, type Program, randomValues, type StartEngine, toChannelsFirst } from './engines/engine.js';
import { alexnet } from './network.js';

// A child of the family: holds one contender's engine and does what its parent asks, one thing at a time.

let engine: Engine | undefined;
let program: Program | undefined;

/** Builds AlexNet, or one layer of it, and computes once. @returns the values, images channels-first */
async function compile(layerName: string | undefined, batch: number): Promise<Float32Array> {
  await program?.dispose();
  const layers = layerName ? alexnet.filter(({ name }) => name === layerName) : alexnet;
  program = await engine!.compile(layers, randomValues([batch, ...layers[0]!.input]));
  const data = await program.run();
  const { output } = layers.at(-1)!;
  if (program.isChannelsFirst || output.length === 1) return data;
  return toChannelsFirst({ shape: [batch, ...output], data }).data;
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

async function answer(request: Request): Promise<unknown> {
  switch (request.kind) {
    case 'start': {
      const { start } = (await import(`./engines/${request.engine}.js`)) as { start: StartEngine };
      engine = await start(request.options);
      return undefined;
    }
    case 'compile':
      return compile(request.layer, request.batch);
    case 'time':
      return timeRuns(request.runs);
  }
}

process.on('message', async (request: Request) => {
  let reply: Answer;
  try {
    reply = { value: await answer(request) };
  } catch (error) {
    reply = { error: (error as Error).message.split('\n')[0]! };
  }
  process.send!(reply);
});

// Threads of a runtime would keep it alive without its parent.
process.on('disconnect', () => process.exit());
