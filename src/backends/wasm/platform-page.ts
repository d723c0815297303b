import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';
import { MAX_THREADS, type Platform, type ProgramFiles, type ProgramName, pathOf } from './platform.js';
import { unpack } from './unpack.js';

// In a page, or in a worker of one.

export const threadsThere: Platform['threadsThere'] = () => {
  if (!globalThis.crossOriginIsolated) {
    return { threads: 1, threadsReason: 'the page is not cross-origin isolated', most: 1 };
  }
  // Two logical cores are mostly one.
  const threads = Math.min(Math.max(1, Math.floor(navigator.hardwareConcurrency / 2)), MAX_THREADS);
  return { threads, threadsReason: 'half of the logical cores', most: MAX_THREADS };
};

/** Modules, for every bundler knows how to load them later, and none needs to be told of files. */
const binaries: Record<ProgramName, () => Promise<{ readonly packed: string }>> = {
  'tfjs-backend-wasm': () => import('./binaries/tfjs-backend-wasm.js'),
  'tfjs-backend-wasm-simd': () => import('./binaries/tfjs-backend-wasm-simd.js'),
  'tfjs-backend-wasm-threaded-simd': () => import('./binaries/tfjs-backend-wasm-threaded-simd.js'),
};

export const findProgram: Platform['findProgram'] = async (name, wasmPaths) => {
  const path = wasmPaths && pathOf(name, wasmPaths);
  const bytes = path ? await fetchBinary(path) : await unpack((await binaries[name]()).packed);
  const factory = name === 'tfjs-backend-wasm-threaded-simd' ? threaded : plain;
  return { factory: factory as unknown as ProgramFiles['factory'], bytes };
};

async function fetchBinary(path: string): Promise<ArrayBuffer> {
  const response = await fetch(path, { credentials: 'same-origin' });
  if (response.ok) return response.arrayBuffer();
  throw new Error(`status ${response.status} for ${response.url}. Serve the file there, or leave wasmPaths out.`);
}

export const startThread: Platform['startThread'] = (code, data) => {
  const start = "onmessage = ({ data }) => run(data, () => postMessage('ready'));";
  const url = URL.createObjectURL(new Blob([code, start], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const isReady = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = ({ message }) => reject(new Error(message || 'the page allows no worker of a blob: URL'));
  }).finally(() => URL.revokeObjectURL(url));
  worker.postMessage(data);
  return { isReady, stop: () => worker.terminate() };
};
