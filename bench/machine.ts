import { cpus, totalmem } from 'node:os';
import { versions } from './contenders.js';

/** What the figures hold for. */
export function describeMachine(): string {
  const processors = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return [
    `${processors.length} × ${processors[0]?.model.trim()}, ${gigabytes} GiB, ${process.platform} ${process.arch}`,
    `Node ${process.versions.node}, ${versions().join(', ')}`,
    new Date().toISOString().slice(0, 10),
  ].join('\n');
}
