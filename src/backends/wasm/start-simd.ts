import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { freeCompanionsWith } from './companions.js';
import { addKernels } from './install.js';
import { kernelsOnSimd } from './on-simd.js';
import { type Exports, onOneThread, onThreads } from './pool.js';
import { setSimd } from './simd.js';
import { unpack } from './unpack.js';

/** tfjs' program with what Emscripten gives out of it: by the one name with threads, by the other without. */
type Program = BackendWasm['wasm'] & {
  _malloc(bytes: number): number;
  readonly wasmMemory?: WebAssembly.Memory;
  readonly asm: { readonly memory: WebAssembly.Memory };
};

/** Bytes of two tiles of 6 × 6 vectors. */
const ROOM = 2 * 36 * 16;

/**
 * Starts our own loops beside tfjs' program, in its memory, and has the kernels on them.
 * @param threads how many are wanted; more than one need memory that can be shared
 * @throws what a thread failed with that does not start
 */
export async function startSimd(backend: BackendWasm, threads: number): Promise<void> {
  const program = backend.wasm as Program;
  const memory = program.wasmMemory ?? program.asm.memory;
  const { packed } = await (threads > 1 ? import('./binaries/loops-shared.js') : import('./binaries/loops.js'));
  const module = await WebAssembly.compile(await unpack(packed));
  const exports = (await WebAssembly.instantiate(module, { env: { memory } })).exports as unknown as Exports;
  const rooms = Array.from({ length: threads }, () => program._malloc(ROOM) >>> 0);
  exports.setRoom(rooms[0]!);
  if (threads === 1) {
    setSimd(backend, onOneThread(exports));
  } else {
    const pool = await onThreads(exports, module, memory, rooms);
    setSimd(backend, pool);
    stopWith(backend, pool.stop);
  }
  freeCompanionsWith(backend);
  addKernels(kernelsOnSimd);
}

function stopWith(backend: BackendWasm, stop: () => void): void {
  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    stop();
    dispose();
  };
}
