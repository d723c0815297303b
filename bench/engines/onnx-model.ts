import { readFile } from 'node:fs/promises';
import { randomValues, type StartEngine } from './engine.js';
import { startRuntime } from './onnxruntime.js';

/** A classic for one image, from the file that torch.onnx.export wrote: `checkpoint` is its path. */
export const start: StartEngine = async (options) => {
  const program = await startRuntime(options);
  return { compile: async (batch) => program(await readFile(options.checkpoint), randomValues([batch, 224, 224, 3])) };
};
