import { type BackendReport, type Diagnosis, diagnose } from '../backends/index.js';
import { defineCommand } from './command.js';
import { bytesText, print, printable, printJson, style } from './output.js';
import { version } from './version.js';

export default defineCommand({
  usage: 'doctor [options]',
  description:
    'Says what there is to compute with: each backend is started and has to multiply two matrices. What is missing is named with\n' +
    'what it would bring and how to get it.',
  args: { min: 0, max: 0, what: 'no arguments' },
  options: { json: { description: 'Print JSON' } },
  examples: ['doctor', 'doctor --json'],
  async run(_words, { json }) {
    const diagnosis = await diagnose();
    if (json) printJson({ version: version(), ...diagnosis });
    else print(diagnosisText(diagnosis));
    return 0;
  },
});

function diagnosisText({ runtime, tfjs, cores, processor, memory, backends, chosen }: Diagnosis): string {
  const facts = [
    ['tfjs-zoo', `${version()}, on TensorFlow.js ${tfjs}`],
    ['runs in', runtime],
    ['processor', `${processor}, ${cores} core${cores === 1 ? '' : 's'}`],
    ['memory', memory && `${bytesText(memory.total)}, ${bytesText(memory.free)} free`],
  ].map(([name, text]) => `${name!.padEnd(14)}${text}`);
  const threads = chosen.threads === undefined ? '' : `, on ${chosen.threads} thread${chosen.threads === 1 ? '' : 's'}`;
  return [...facts, '', ...backends.map(reportText), '', `auto takes ${style('bold', chosen.name)}${threads}`].join(
    '\n',
  );
}

function reportText({ name, works, brings, details, problem }: BackendReport): string {
  const title = `${works ? '✔' : '✘'} ${style('bold', name.padEnd(12))}`;
  if (!details || problem) return `${title}${printable(problem ?? '')}\n              It would bring ${brings}.`;
  const { version: packageVersion, library, device, threads, threadsReason, simd } = details;
  const parts = [
    packageVersion,
    library,
    device && `on ${device}`,
    threads && `${threads} thread${threads === 1 ? '' : 's'} (${threadsReason})`,
    simd !== undefined && (simd ? 'SIMD' : 'no SIMD'),
  ];
  return `${title}${parts.filter(Boolean).join(', ')}\n              ${brings}`;
}
