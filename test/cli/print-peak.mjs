// Imported before a program: at its end, prints the most memory that it had.
import { writeSync } from 'node:fs';
import { peakBytes } from '../support/peak.mjs';

process.on('exit', () => writeSync(2, `peak ${peakBytes()} bytes\n`));
