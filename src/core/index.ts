// What every other folder may import, and which imports nothing itself.
export * from './collect.js';
export * from './errors.js';
export * from './fetch-file.js';
export * from './folder.js';
export * from './host-tensor.js';
export * from './kernel-names.js';
export * from './listed.js';
export * from './nearest.js';
export * from './python-float.js';
export * from './random.js';
export * from './resampling.js';
export * from './sha256.js';
export * from './transpose.js';
export * from './values.js';
export * from './xml.js';
