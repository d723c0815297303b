import { writeBytes } from '../../../converters/index.js';
import type { Callback } from './callback.js';
import type { EpochRecord } from './records.js';

/**
 * A callback that keeps the history in a file, in Node: an `EpochRecord` as JSON a line. It is written anew behind each epoch, whole or not at
 * all, and what a resumed training did before is in it.
 * @example
 * ```ts
 * const callbacks = [training.historyFile('history.jsonl')];
 * ```
 */
export function historyFile(path: string): Callback {
  return {
    async onEpochEnd(_record, { history }) {
      await writeBytes(path, new TextEncoder().encode(history.map(line).join('')));
    },
  };
}

function line(record: EpochRecord): string {
  return `${JSON.stringify(record)}\n`;
}
