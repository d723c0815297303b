import { createRequire } from 'node:module';

/** This package's. */
export function version(): string {
  return createRequire(import.meta.url)('tfjs-zoo/package.json').version;
}
