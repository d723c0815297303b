export type BackendName = 'tensorflow' | 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** How a backend runs, as far as it tells. */
export interface BackendDetails {
  /** Of the package that brings it. */
  readonly version: string;
  /** Threads that compute. */
  readonly threads?: number;
  /** Why there are so many. */
  readonly threadsReason?: string;
  /** Whether vector instructions are used. */
  readonly simd?: boolean;
  /** What computes underneath, where it is another package's: 'libtensorflow 2.9.1'. */
  readonly library?: string;
  /** What it computes on, where there is a choice: 'CPU', 'CUDA GPU', or the name that a GPU gives itself. */
  readonly device?: string;
}

/** The backend in use, and why it is that one. */
export interface BackendInfo extends BackendDetails {
  readonly name: BackendName;
  readonly reason: string;
}

export interface BackendOptions {
  /**
   * Threads of the wasm backend, from 1 to 8. Default: as many as there are cores, in a page half of the logical ones. A page needs
   * cross-origin isolation for more than one. They are chosen when the backend starts: before its first tensor.
   */
  readonly threads?: number | undefined;
  /**
   * Where the .wasm files of @tensorflow/tfjs-backend-wasm are, if they are to be read from there: the URL of their folder, with a
   * slash at the end, or a URL for each by name; in Node a path. By default they are found.
   */
  readonly wasmPaths?: string | Record<string, string> | undefined;
}
