import { readFileSync } from 'node:fs';

/** The most memory that this process had, in bytes. Linux's maxRSS counts in the process that started this one. */
export function peakBytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(kilobytes) * 1024;
}
