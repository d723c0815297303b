import { type backends, createAlexNet, type nn } from 'tfjs-zoo';
import { use } from 'tfjs-zoo/backends';
import { alexnet, type Layer } from '../network.js';
import { alexnetEngine, type StartEngine } from './engine.js';
import { tfjsProgram } from './tfjs-program.js';

/** Starts a backend, on wasm with this many threads. */
export async function startBackend(name: string, threads: number): Promise<void> {
  const info = await use(name as backends.BackendName, name === 'wasm' ? { threads } : {});
  if (name === 'wasm' && info.threads !== threads) {
    throw new Error(`wasm started with threads: ${info.threads}, ${info.threadsReason}`);
  }
}

/** This package: createAlexNet, or for one layer the modules that it stands for. */
export const start: StartEngine = async ({ backend, threads, checkpoint }) => {
  await startBackend(backend, threads);
  const model = (await createAlexNet({ weights: checkpoint })).eval();

  function moduleOf(layers: readonly Layer[]): nn.Module {
    if (layers === alexnet) return model;
    const [layer] = layers as [Layer];
    const [group, key] = layer.module.split('.') as ['features' | 'classifier', string];
    const modules = 'relu' in layer && layer.relu ? 2 : 1;
    return model[group].slice(Number(key), Number(key) + modules).eval() as nn.Module;
  }

  return alexnetEngine((layers, x) => {
    const module = moduleOf(layers);
    return tfjsProgram((input) => module.forward(input), x);
  });
};
