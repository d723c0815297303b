import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { freeCompanionsWith } from './companions.js';
import { loadTransposed } from './load-transposed.js';
import { type Exports, onOneThread, onThreads } from './pool-node.js';
import { reluGrad } from './relu-grad.js';
import { setSimd } from './simd.js';
import * as binary from './simd-binary.js';
import { weightedSum } from './weighted-sum.js';

/** tfjs' program with what Emscripten gives out of it: by the one name with threads, by the other without. */
type Program = BackendWasm['wasm'] & {
  _malloc(bytes: number): number;
  readonly wasmMemory?: WebAssembly.Memory;
  readonly asm: { readonly memory: WebAssembly.Memory };
};

/** Bytes of two tiles of 6 × 6 vectors. */
const ROOM = 2 * 36 * 16;

/**
 * Starts our own loops beside tfjs' program, in its memory, and registers what only they can do.
 * @param threads how many are wanted; there is one where the memory cannot be shared
 * @throws what a thread failed with that does not start
 */
export async function startSimd(backend: BackendWasm, threads: number): Promise<void> {
  const program = backend.wasm as Program;
  const memory = program.wasmMemory ?? program.asm.memory;
  const isShared = memory.buffer instanceof SharedArrayBuffer;
  const module = await WebAssembly.compile(Buffer.from(isShared ? binary.shared : binary.own, 'base64'));
  const exports = (await WebAssembly.instantiate(module, { env: { memory } })).exports as unknown as Exports;
  const rooms = Array.from({ length: isShared ? threads : 1 }, () => program._malloc(ROOM) >>> 0);
  exports.setRoom(rooms[0]!);
  if (rooms.length === 1) {
    setSimd(backend, onOneThread(exports));
  } else {
    const pool = await onThreads(exports, module, memory, rooms);
    setSimd(backend, pool);
    stopWith(backend, pool.stop);
  }
  freeCompanionsWith(backend);
  for (const kernel of [loadTransposed, reluGrad, weightedSum]) {
    if (tf.getKernel(kernel.kernelName, 'wasm')) continue;
    tf.registerKernel({ ...kernel, backendName: 'wasm' } as unknown as tf.KernelConfig);
  }
}

function stopWith(backend: BackendWasm, stop: () => void): void {
  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    stop();
    dispose();
  };
}
