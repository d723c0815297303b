import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import { firstLine, isMissing } from '../optional.js';
import { nodeBackend } from './backend.js';
import { restoreUtilities } from './node-util.js';
import { repairKernels } from './repair.js';
import { acceptViews } from './views.js';

/** Which TensorFlow computes. */
export interface TensorflowInfo {
  readonly package: string;
  readonly version: string;
  /** The version of libtensorflow. */
  readonly libtensorflow: string;
  readonly device: 'CPU' | 'CUDA GPU';
}

/** What of the package is used here, beside its backend. */
interface TfjsNode {
  readonly version: { readonly 'tfjs-node': string };
}

/** The packages that bring the backend, the one for GPUs first: who installed it wants it. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

let started: Promise<TensorflowInfo> | undefined;

/**
 * Imports the first installed one of tfjs-node-gpu and tfjs-node, which registers the backend 'tensorflow', and puts right what
 * must be. The backend in use stays in use.
 * @throws ZooError if none is installed, or its native part cannot be loaded
 */
export function startTensorflow(): Promise<TensorflowInfo> {
  started ??= start().catch((error) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function start(): Promise<TensorflowInfo> {
  restoreUtilities();
  // TensorFlow greets every process in stderr; a level that the user has set stands.
  if (typeof process !== 'undefined') process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const inUse = tf.getBackend();
  const { name, module } = await importFirst();
  if (inUse) await tf.setBackend(inUse); // the import has put its own in the place of it
  repairKernels();
  const backend = nodeBackend();
  acceptViews(backend);
  return {
    package: name,
    version: module.version['tfjs-node'],
    libtensorflow: backend.binding.TF_Version,
    device: backend.isUsingGpuDevice ? 'CUDA GPU' : 'CPU',
  };
}

async function importFirst(): Promise<{ name: string; module: TfjsNode }> {
  for (const name of packages) {
    try {
      return { name, module: await import(/* @vite-ignore */ name) };
    } catch (error) {
      if (isMissing(error as Error, name)) continue;
      throw new ZooError(
        `backends.use: expected ${name} to load, got: ${firstLine(error as Error)}. ` +
          `Build its native part with npx tfjs-zoo ${commandFor(name)}, or choose wasm.`,
        { cause: error },
      );
    }
  }
  throw new ZooError(
    `backends.use: expected the package ${packages[1]} or ${packages[0]}, got neither. ` +
      `Get one with npx tfjs-zoo ${commandFor(packages[1])}, or with npm install ${packages[1]}.`,
  );
}

function commandFor(name: string): string {
  return name.endsWith('-gpu') ? 'setup-tensorflow --gpu' : 'setup-tensorflow';
}
