import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { isNode, startInNode, startSimd } from '#wasm-platform';
import { ZooError } from '../../core/index.js';
import type { BackendDetails, BackendOptions } from '../backend-info.js';
import { simdOf } from './simd.js';

/** More would find no work. */
const MAX_THREADS = 8;
const PRIORITY = 2; // tfjs' own

/** tfjs' own way of starting, which knows how in a page. */
const startStock = tf.findBackendFactory('wasm');

/** What was asked for before the backend starts. */
let wanted: BackendOptions = {};
let threadsReason = '';

/** Has the backend start our way also where a program awaits tf.ready() and asks us for nothing. */
export function registerWasm(): void {
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', start, PRIORITY);
}

/** How many threads a machine or page has for us, and why not more. */
function threadsThere(): { threads: number; threadsReason: string } {
  if (!isNode) {
    if (!globalThis.crossOriginIsolated) return { threads: 1, threadsReason: 'the page is not cross-origin isolated' };
    // What tfjs takes by itself: half of them, for two logical cores are mostly one.
    const threads = Math.min(Math.max(1, Math.floor(navigator.hardwareConcurrency / 2)), MAX_THREADS);
    return { threads, threadsReason: 'half of the logical cores' };
  }
  const cores = process.getBuiltinModule('node:os').availableParallelism();
  if (cores > MAX_THREADS) return { threads: MAX_THREADS, threadsReason: `of ${cores} cores, as many as find work` };
  return { threads: cores, threadsReason: 'as many as there are cores' };
}

async function start(): Promise<tf.KernelBackend> {
  const { wasmPaths, threads: asked } = wanted;
  const there = threadsThere();
  threadsReason = asked ? 'asked for' : there.threadsReason;
  const threads = asked ?? there.threads;
  if (isNode && (await hasSimd())) {
    if (!wasmPaths) return startOursOn(threads);
    threadsReason = 'tfjs starts what wasmPaths names with one';
    const backend = await startStockOn(1);
    await startSimd(backend, 1);
    return backend;
  }
  if (threads > 1 && there.threads === 1) threadsReason = there.threadsReason;
  return startStockOn(threads);
}

/** tfjs' program, whose memory our own loops share on as many threads as asked for. Its own ops have one. */
async function startOursOn(threads: number): Promise<wasm.BackendWasm> {
  const backend = await startInNode(threads > 1);
  try {
    await startSimd(backend, threads);
    return backend;
  } catch (error) {
    if (threads === 1) throw error;
    backend.dispose();
    threadsReason = `${threads} did not start: ${(error as Error).message}`;
    return startOursOn(1);
  }
}

async function startStockOn(threads: number): Promise<wasm.BackendWasm> {
  if (wanted.wasmPaths) wasm.setWasmPaths(wanted.wasmPaths);
  wasm.setThreadsCount(threads);
  return (await startStock()) as wasm.BackendWasm;
}

function hasSimd(): Promise<boolean> {
  return tf.env().getAsync('WASM_HAS_SIMD_SUPPORT') as Promise<boolean>;
}

/**
 * Remembers what the backend is to start with; one that runs on another number of threads, and holds no tensors, starts again.
 * @throws ZooError if it holds tensors
 */
export function prepareWasm(options: BackendOptions): void {
  const { threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS)) {
    throw new ZooError(
      `backends.use: expected threads from 1 to ${MAX_THREADS}, got ${typeof threads === 'number' ? threads : `'${threads}'`}. Leave it out for as many as there are cores.`,
    );
  }
  const running = tf.engine().registry.wasm as wasm.BackendWasm | undefined;
  const isOther = threads !== undefined && running !== undefined && threadsOf(running) !== threads;
  if (isOther && running.numDataIds() > 0) {
    throw new ZooError(
      `backends.use: expected ${threadsOf(running)} threads, on which wasm runs and holds ${running.numDataIds()} tensors, got ` +
        `${threads}. Choose the threads before the first tensor.`,
    );
  }
  if (isOther) registerWasm();
  if (isOther || !running) wanted = options;
}

/** On how many threads a backend computes: those of our own loops, or tfjs' where there are none. */
function threadsOf(backend: wasm.BackendWasm): number {
  return simdOf(backend)?.threads ?? wasm.getThreadsCount();
}

/** How the backend runs, once it does. */
export async function wasmDetails(): Promise<BackendDetails> {
  const threads = threadsOf(tf.backend() as wasm.BackendWasm);
  return { version: wasm.version_wasm, threads, threadsReason, simd: await hasSimd() };
}
