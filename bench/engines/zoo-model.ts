import { basename } from 'node:path';
import { createModel, type models, type nn } from 'tfjs-zoo';
import { type EngineOptions, randomValues, type StartEngine } from './engine.js';
import { tfjsProgram } from './tfjs-program.js';
import { startBackend } from './tfjs-zoo.js';

/** A classic, named as its checkpoint, in evaluation mode. */
export async function loadClassic({ backend, threads, checkpoint }: EngineOptions): Promise<nn.Module> {
  await startBackend(backend, threads);
  return (await createModel(basename(checkpoint, '.pth') as models.ModelName, { weights: checkpoint })).eval();
}

export function classicEngine(model: nn.Module): Awaited<ReturnType<StartEngine>> {
  return { compile: async (batch) => tfjsProgram((x) => model.forward(x), randomValues([batch, 224, 224, 3])) };
}

export const start: StartEngine = async (options) => classicEngine(await loadClassic(options));
