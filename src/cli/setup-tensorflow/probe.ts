import { run } from './programs.js';

/** What the native part says of itself, once it has added two numbers. */
export interface Found {
  /** Of the npm package. */
  readonly version: string;
  readonly tensorflow: string;
  /** Whether it computes on a GPU. */
  readonly gpu: boolean;
}

const script = `
async function look() {
  require('util').isNullOrUndefined ??= (value) => value == null; // tfjs-node calls it, and Node 23 has removed it
  const tf = require(process.argv[1]);
  const { isUsingGpuDevice: gpu, binding } = tf.backend();
  const [sum] = await tf.add(1, 2).data();
  if (sum !== 3) throw new Error('1 + 2 = ' + sum);
  console.log(JSON.stringify({ version: tf.version['tfjs-node'], tensorflow: binding.TF_Version, gpu }));
}
look().catch(({ message }) => {
  console.error(message.split('\\n')[0]);
  process.exitCode = 1;
});`;

/** Loads a project's native part, in a process of its own, for it cannot be unloaded. @throws ZooError if it does not work */
export async function probe(project: string, name: string, signal: AbortSignal): Promise<Found> {
  const env = { TF_CPP_MIN_LOG_LEVEL: '3' };
  const command = [process.execPath, '-e', script, name] as const;
  const printed = await run(`${name} to load`, command, signal, { cwd: project, env });
  return JSON.parse(printed.trim().split('\n').at(-1)!);
}
