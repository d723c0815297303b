// Registers gradients and the cpu and webgl backends; with `use`, wasm with its kernels put right.
import '#umbrella';

export type { BackendDetails, BackendInfo, BackendName, BackendOptions } from './backend-info.js';
export { type BackendReport, type Diagnosis, diagnose } from './diagnose.js';
export { type BackendLoss, onLost } from './lost.js';
export { use } from './use.js';
