import type { Suite } from './suite.js';
export const coldStartSuite: Suite = async () => {};
