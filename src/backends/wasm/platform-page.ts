import type * as node from './platform-node.js';

// What '#wasm-platform' is in a page, where tfjs starts its program itself and knows how to have threads.

export const isNode: boolean = false;

export const kernelsOnSimd: typeof node.kernelsOnSimd = () => [];
export const startInNode: typeof node.startInNode = onlyInNode;
export const startSimd: typeof node.startSimd = onlyInNode;

function onlyInNode(): never {
  throw new Error('This is a page: isNode is to be asked first.');
}
