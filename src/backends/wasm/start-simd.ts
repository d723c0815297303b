import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { freeCompanionsWith } from './companions.js';
import { loadTransposed } from './load-transposed.js';
import { type SimdKernels, setSimd } from './simd.js';
import * as binary from './simd-binary.js';

/** tfjs' program with what Emscripten gives out of it: by the one name with threads, by the other without. */
type Program = BackendWasm['wasm'] & {
  readonly wasmMemory?: WebAssembly.Memory;
  readonly asm: { readonly memory: WebAssembly.Memory };
};

/** Starts our own loops beside tfjs' program, in its memory, and registers what only they can do. */
export async function startSimd(backend: BackendWasm): Promise<void> {
  const program = backend.wasm as Program;
  const memory = program.wasmMemory ?? program.asm.memory;
  const isShared = memory.buffer instanceof SharedArrayBuffer;
  const bytes = Buffer.from(isShared ? binary.shared : binary.own, 'base64');
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  setSimd(backend, instance.exports as unknown as SimdKernels);
  freeCompanionsWith(backend);
  const { kernelName } = loadTransposed;
  if (!tf.getKernel(kernelName, 'wasm')) {
    tf.registerKernel({ ...loadTransposed, backendName: 'wasm' } as unknown as tf.KernelConfig);
  }
}
