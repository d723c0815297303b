import { defineCommand, UsageError } from './command.js';
import { interruptible } from './interrupt.js';
import { complain, print, printJson } from './output.js';
import { type SetUpReport, setUp } from './setup-tensorflow/set-up.js';
import { testedVersion } from './setup-tensorflow/target.js';

export default defineCommand({
  usage: 'setup-tensorflow [options]',
  description:
    'Builds @tensorflow/tfjs-node, where its own installer fails or brings an old TensorFlow, against the library of a current\n' +
    'Python wheel, in the project of the current folder. It needs npm, Python with pip, of which it keeps nothing else, and a C++\n' +
    'compiler. Where it works already, nothing is done.',
  args: { min: 0, max: 0, what: 'no arguments' },
  options: {
    gpu: { description: "Build @tensorflow/tfjs-node-gpu, with NVIDIA's libraries (6 GiB)" },
    tensorflow: { value: 'VERSION', description: `TensorFlow's version, from 2.16.1 on (default: ${testedVersion})` },
    python: { value: 'PATH', description: 'The Python that downloads the wheel', default: 'python3' },
    'no-save': { description: 'Leave package.json as it is; a later npm install takes the package away' },
    force: { description: 'Download and build again' },
    json: { description: 'Print JSON' },
  },
  examples: [
    'setup-tensorflow',
    'setup-tensorflow --gpu',
    'setup-tensorflow --tensorflow 2.20.0 --python ~/venv/bin/python',
  ],
  async run(_words, { gpu, tensorflow, python, force, json, 'no-save': unsaved }) {
    if (tensorflow !== undefined && !/^\d+\.\d+\.\d+\w*$/.test(tensorflow)) {
      throw new UsageError(`expected --tensorflow as a version such as ${testedVersion}, got '${tensorflow}'.`);
    }
    const report = await interruptible((signal) =>
      setUp(process.cwd(), {
        ...{ gpu, version: tensorflow, python, force, save: !unsaved, signal },
        onStep: (text) => complain(`tfjs-zoo setup-tensorflow: ${text}`),
      }),
    );
    if (gpu && !report.gpu) {
      complain('tfjs-zoo: warning: expected a CUDA GPU, got none: it computes on the CPU. See what nvidia-smi says.');
    }
    if (json) printJson(report);
    else print(reportText(report));
    return 0;
  },
});

function reportText({ package: name, version, tensorflow, gpu, built }: SetUpReport): string {
  return `${name} ${version} ${built ? 'is built, and works' : 'works already'}: TensorFlow ${tensorflow} on the ${gpu ? 'GPU' : 'CPU'}`;
}
