#!/usr/bin/env node
import { ZooError } from '../core/index.js';
import { type Command, UsageError } from './command.js';
import { interrupt } from './interrupt.js';
import { complain, print } from './output.js';
import { version } from './version.js';

/** Each command is imported when it is called for, so that help need not wait for TensorFlow.js. */
const commands: Readonly<Record<string, { what: string; load(): Promise<{ default: Command }> }>> = {
  classify: { what: 'Say what is in images', load: () => import('./classify.js') },
  models: { what: 'List the models', load: () => import('./models.js') },
  summary: { what: "Show a model's layers, shapes and parameters", load: () => import('./summary.js') },
  visualize: { what: 'Show what a model sees in a photograph', load: () => import('./visualize.js') },
  inspect: { what: 'List the tensors of a checkpoint', load: () => import('./inspect.js') },
  train: { what: 'Train a model', load: () => import('./train.js') },
  evaluate: { what: 'Measure a trained model', load: () => import('./evaluate.js') },
  convert: { what: 'Write weights for pages, or for Python', load: () => import('./convert.js') },
  cache: { what: 'List or remove downloaded weights', load: () => import('./cache.js') },
  doctor: { what: 'Say what there is to compute with, and what is missing', load: () => import('./doctor.js') },
  'setup-tensorflow': {
    what: 'Build tfjs-node where it does not install',
    load: () => import('./setup-tensorflow.js'),
  },
};

const help = [
  'Usage: tfjs-zoo <command> [options]',
  '',
  'The PyTorch vision zoo for TensorFlow.js.',
  '',
  'Commands:',
  ...Object.entries(commands).map(([name, { what }]) => `  ${name.padEnd(18)}${what}`),
  '',
  'Options:',
  '  -h, --help     Show this help, or that of a command',
  '  -v, --version  Show the version',
  '',
  'Exit codes: 0 done, 1 failed, 2 used wrongly. TFJS_ZOO_DEBUG=1 shows where an error comes from.',
].join('\n');

const wantsHelp = (word: string) => word === '--help' || word === '-h';

async function main([name, ...words]: readonly string[]): Promise<number> {
  if (name !== undefined && wantsHelp(name)) {
    print(help);
    return 0;
  }
  if (name === '--version' || name === '-v') {
    print(version());
    return 0;
  }
  const entry = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) {
    const got = name === undefined ? 'none' : `'${name}'`;
    complain(`tfjs-zoo: expected a command (${Object.keys(commands).join(', ')}), got ${got}. See tfjs-zoo --help.`);
    return 2;
  }
  try {
    await calmLibraries();
    const { default: command } = await entry.load();
    if (!words.some(wantsHelp)) return await command.run(words);
    print(command.help);
    return 0;
  } catch (error) {
    return fail(`tfjs-zoo ${name}`, error);
  }
}

/** Banners and hints of the libraries are for people who write programs, not for those who run this one. */
async function calmLibraries(): Promise<void> {
  process.noDeprecation = true;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  (await import('@tensorflow/tfjs-core')).enableProdMode();
}

/** One line for what a user can put right; where it comes from only for those who ask. */
function fail(who: string, error: unknown): number {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof UsageError) complain(`${who}: ${message} See ${who} --help.`);
  else if (isExpected(error)) complain(`${who}: ${message}`);
  else complain(`${who}: internal error: ${message} (this is a bug; TFJS_ZOO_DEBUG=1 shows where)`);
  if (process.env.TFJS_ZOO_DEBUG) process.stderr.write(`${stack}\n`);
  return error instanceof UsageError ? 2 : 1;
}

/** Our own errors, and those of the operating system. */
function isExpected(error: unknown): boolean {
  return error instanceof ZooError || (error instanceof Error && 'syscall' in error);
}

// A reader that has seen enough, as in `| head`, is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}
process.on('SIGINT', interrupt);

process.exitCode = await main(process.argv.slice(2));
