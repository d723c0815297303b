// What every other folder may import, and which imports nothing itself.
export * from './errors.js';
export * from './host-tensor.js';
export * from './kernel-names.js';
export * from './python-float.js';
export * from './resampling.js';
