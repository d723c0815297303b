import { CheckpointError } from '../../src/core/index.js';
import { fetched, isNode } from '../sources/open.js';
import { writeToFile } from './file.js';
import { writeToMemory } from './memory.js';
import type { CheckpointTarget, Encoding, WriteOptions } from './sink.js';
import { writeToStream } from './stream.js';

/** By what makes it one, for a stream may come from another realm or a polyfill. */
function isStream(target: CheckpointTarget): target is WritableStream<Uint8Array<ArrayBuffer>> {
  return typeof target === 'object' && target !== null && 'getWriter' in target;
}

/** Writes an encoding to its target; without one, into memory. */
export async function writeTo(
  who: string,
  target: CheckpointTarget | undefined,
  encoding: Encoding,
  options: WriteOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (target === undefined) return writeToMemory(who, encoding, options);
  if (isStream(target)) {
    await writeToStream(who, target, encoding, options);
    return undefined;
  }
  const text = target instanceof URL ? target.href : target;
  if (typeof text !== 'string') {
    throw new CheckpointError(
      `${who}: expected a path or a WritableStream to write to, got ${target === null ? 'null' : typeof target}. ` +
        'Give one of those (Writable.toWeb makes one of a Node stream), or nothing for bytes.',
    );
  }
  if (!isNode() || fetched.test(text)) {
    throw new CheckpointError(
      `${who}: expected a WritableStream, or in Node a path, got ${text}. In a page, a file that the user picked gives a stream: ` +
        '(await showSaveFilePicker()).createWritable().',
    );
  }
  await writeToFile(/^file:/i.test(text) ? new URL(text) : text, encoding, options);
  return undefined;
}
