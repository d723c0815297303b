/* Reads the file named on the command line and prints what came of it, and by how much memory grew meanwhile. */
import { readCheckpoint } from 'tfjs-zoo/converters';
import { peakBytes } from '../support/peak.mjs';

const before = process.memoryUsage.rss();
let message = 'read';
try {
  await readCheckpoint(process.argv[2]!);
} catch (error) {
  message = `${(error as Error).name}: ${(error as Error).message}`;
}
process.stdout.write(JSON.stringify({ message, growth: peakBytes() - before }));
