// The public surface, grouped. Each group is also a subpath: 'tfjs-zoo/nn', 'tfjs-zoo/models' …

export * as backends from './backends/index.js';
export * from './core/index.js';
export * as nn from './nn/index.js';
export { manualSeed } from './nn/index.js';
