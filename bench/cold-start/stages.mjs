// Plain JavaScript, as the other scripts here: a program whose start is measured should not compile TypeScript first.
import { readFileSync } from 'node:fs';

/** Runs a program that calls `ended` at the end of each stage and gives its logits, and tells the parent what was measured. */
export async function measureStages(program) {
  const marks = [{ stage: 'Node', end: Date.now() }];
  let answer;
  try {
    const logits = await program((stage) => marks.push({ stage, end: Date.now() }));
    answer = { marks, peakBytes: peakBytes(), logits: Array.from(logits) };
  } catch (error) {
    answer = { error: error.message.split('\n')[0] };
  }
  process.send(answer, () => process.exit());
}

/** The process's largest resident memory. Where Linux does not tell it, getrusage does, which there counts the parent's too. */
function peakBytes() {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
