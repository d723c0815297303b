export type { Gradients } from './gradients.js';
