import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { threadsThere } from '#wasm-platform';
import { ZooError } from '../../core/index.js';
import type { BackendDetails, BackendOptions } from '../backend-info.js';
import { installKernels } from './install.js';
import { MAX_THREADS } from './platform.js';
import { simdOf } from './simd.js';

const PRIORITY = 2; // tfjs' own

/** What was asked for before the backend starts. */
let wanted: BackendOptions = {};
let threadsReason = '';
let failure: Error | undefined;

/** Has the backend start our way also where a program awaits tf.ready() and asks us for nothing. */
export function registerWasm(): void {
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', start, PRIORITY);
}

async function start(): Promise<tf.KernelBackend> {
  failure = undefined;
  try {
    return await startWanted();
  } catch (error) {
    failure = error as Error;
    throw error;
  }
}

async function startWanted(): Promise<wasm.BackendWasm> {
  if (!(await hasSimd())) {
    threadsReason = 'there are no vector instructions';
    const { startProgram } = await import('./program.js');
    return startProgram('tfjs-backend-wasm', wanted.wasmPaths);
  }
  const { threads: asked } = wanted;
  const there = threadsThere();
  threadsReason = asked && asked <= there.most ? 'asked for' : there.threadsReason;
  return startOn(Math.min(asked ?? there.threads, there.most));
}

/** tfjs' program, whose memory our own loops share on as many threads as asked for. Its own ops have one. */
async function startOn(threads: number): Promise<wasm.BackendWasm> {
  installKernels(); // on which those on our loops are built
  const [{ startProgram }, { startSimd }] = await Promise.all([import('./program.js'), import('./start-simd.js')]);
  const name = threads > 1 ? 'tfjs-backend-wasm-threaded-simd' : 'tfjs-backend-wasm-simd';
  let backend: wasm.BackendWasm | undefined;
  try {
    backend = await startProgram(name, wanted.wasmPaths);
    await startSimd(backend, threads);
    return backend;
  } catch (error) {
    backend?.dispose();
    if (threads === 1) throw error;
    threadsReason = `${threads} did not start: ${(error as Error).message}`;
    return startOn(1);
  }
}

function hasSimd(): Promise<boolean> {
  return tf.env().getAsync('WASM_HAS_SIMD_SUPPORT') as Promise<boolean>;
}

/**
 * Remembers what the backend is to start with; one that runs on another number of threads, and holds no tensors, starts again.
 * @throws ZooError if it holds tensors
 */
export function wantWasm(options: BackendOptions): void {
  const { threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS)) {
    throw new ZooError(
      `backends.use: expected threads from 1 to ${MAX_THREADS}, got ${typeof threads === 'number' ? threads : `'${threads}'`}. Leave it out for as many as there are cores.`,
    );
  }
  const running = tf.engine().registry.wasm as wasm.BackendWasm | undefined;
  const isAsAsked = threads === undefined || threads === wanted.threads; // also where there were not so many
  const isOther = running !== undefined && !isAsAsked && threadsOf(running) !== threads;
  if (isOther && running.numDataIds() > 0) {
    throw new ZooError(
      `backends.use: expected ${threadsOf(running)} threads, on which wasm runs and holds ${running.numDataIds()} tensors, got ` +
        `${threads}. Choose the threads before the first tensor.`,
    );
  }
  if (isOther) registerWasm();
  if (isOther || !running) wanted = options;
}

/** On how many threads a backend computes. */
function threadsOf(backend: wasm.BackendWasm): number {
  return simdOf(backend)?.threads ?? 1;
}

/** What the last start failed with, which tfjs only prints. */
export function wasmFailure(): Error | undefined {
  return failure;
}

/** How the backend runs, once it does. */
export async function wasmDetails(): Promise<BackendDetails> {
  const threads = threadsOf(tf.backend() as wasm.BackendWasm);
  return { version: wasm.version_wasm, threads, threadsReason, simd: await hasSimd() };
}
