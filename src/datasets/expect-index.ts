import { ZooError } from '../core/index.js';

/** @throws ZooError unless it is a number of one of `length` samples */
export function expectIndex(who: string, index: number, length: number): void {
  if (Number.isInteger(index) && index >= 0 && index < length) return;
  throw new ZooError(`${who}: expected an index from 0 to ${length - 1}, got ${index}. Count from 0 to below length.`);
}
