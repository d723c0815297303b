export { startTensorflow } from './start.js';
