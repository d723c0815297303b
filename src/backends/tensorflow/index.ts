export { startTensorflow, type TensorflowInfo } from './start.js';
