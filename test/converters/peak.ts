/* Reads the file named on the command line and prints what came of it, and by how much memory grew meanwhile. */
import { readCheckpoint } from 'tfjs-zoo/converters';

const before = process.memoryUsage.rss();
let message = 'read';
try {
  await readCheckpoint(process.argv[2]!);
} catch (error) {
  message = `${(error as Error).name}: ${(error as Error).message}`;
}
// Kilobytes, of the whole life of the process.
const growth = process.resourceUsage().maxRSS * 1024 - before;
process.stdout.write(JSON.stringify({ message, growth }));
