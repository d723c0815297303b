// torch.nn.init: fills a parameter by a distribution. On a parameter that has no shape yet the call is remembered, and carried out
// when it has one. The numbers are ours; see manualSeed.

export * from './distributions.js';
export type { RandomOptions } from './fill.js';
export { calculateGain, type Nonlinearity } from './gain.js';
export { dirac, eye, orthogonal, sparse } from './matrices.js';
