/* Reads the file named on the command line and prints what came of it, and by how much memory grew meanwhile. */
import { existsSync, readFileSync } from 'node:fs';
import { readCheckpoint } from 'tfjs-zoo/converters';

/** The most memory that this process had, in bytes. Linux's maxRSS counts in the process that started this one. */
function peak(): number {
  const status = '/proc/self/status';
  const kilobytes = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return 1024 * Number(kilobytes ?? process.resourceUsage().maxRSS);
}

const before = process.memoryUsage.rss();
let message = 'read';
try {
  await readCheckpoint(process.argv[2]!);
} catch (error) {
  message = `${(error as Error).name}: ${(error as Error).message}`;
}
process.stdout.write(JSON.stringify({ message, growth: peak() - before }));
