import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { BackendOptions } from '../backend-info.js';

/** tfjs's programs: without vectors, with them, and with memory that threads can share besides. */
export type ProgramName = 'tfjs-backend-wasm' | 'tfjs-backend-wasm-simd' | 'tfjs-backend-wasm-threaded-simd';

/** What Emscripten makes of its settings. */
export type Program = ConstructorParameters<typeof BackendWasm>[0] & {
  cwrap(name: string, result: 'number' | null, args: readonly 'number'[]): (...args: number[]) => number;
};

type Imports = Record<string, Record<string, unknown>>;
type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

/** What Emscripten is told. */
export interface Settings {
  locateFile(path: string, prefix: string): string;
  onAbort(reason: unknown): void;
  instantiateWasm(imports: Imports, receive: Receive): object;
}

/** What a program is made of. */
export interface ProgramFiles {
  readonly factory: (settings: Settings) => Promise<Program>;
  readonly bytes: BufferSource;
}

/** A thread beside this one. */
export interface Thread {
  readonly isReady: Promise<void>;
  stop(): void;
}

/** What '#wasm-platform' is: in what Node and a page differ. */
export interface Platform {
  /** How many threads to take, why, and the most that there can be. */
  threadsThere(): { readonly threads: number; readonly threadsReason: string; readonly most: number };
  findProgram(name: ProgramName, wasmPaths: BackendOptions['wasmPaths']): Promise<ProgramFiles>;
  /**
   * Starts a thread.
   * @param code plain JavaScript that defines `run(data, sayReady)`
   */
  startThread(code: string, data: object): Thread;
}

/** More threads would find no work. */
export const MAX_THREADS = 8;

/** Where a program's binary lies that the app serves itself, or has put elsewhere. */
export function pathOf(name: ProgramName, wasmPaths: NonNullable<BackendOptions['wasmPaths']>): string | undefined {
  return typeof wasmPaths === 'string' ? `${wasmPaths}${name}.wasm` : wasmPaths[`${name}.wasm`];
}
