import { nn } from 'tfjs-zoo';
import type { StartEngine } from './engine.js';
import { classicEngine, loadClassic } from './zoo-model.js';

/** The same with each layer by itself: a module whose forward is not its class's is never computed together with another. */
export const start: StartEngine = async (options) => {
  const model = await loadClassic(options);
  for (const module of model.modules()) {
    if (module instanceof nn.BatchNorm2d || module instanceof nn.ReLU || module instanceof nn.ReLU6) {
      module.forward = module.forward.bind(module);
    }
  }
  return classicEngine(model.eval());
};
