import { spawn } from 'node:child_process';
import { ZooError } from '../../core/index.js';

/** A program and its words. */
export type CommandLine = readonly [command: string, ...words: string[]];

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** In a terminal the user sees what the program prints: progress. */
  readonly isShown?: boolean;
}

/**
 * Runs a program to its end.
 * @param task what is expected of it: 'npm to install a package'
 * @returns what it printed
 * @throws ZooError if it fails, with what it complained of
 */
export function run(
  task: string,
  [command, ...words]: CommandLine,
  signal: AbortSignal,
  { cwd, env, isShown }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const stdout = isShown && process.stderr.isTTY ? process.stderr : 'pipe';
    // A group of its own, so that what a program has started ends with it.
    const child = spawn(command, words, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', stdout, 'pipe'],
      detached: true,
    });
    const stop = () => process.kill(-child.pid!);
    if (child.pid) signal.addEventListener('abort', stop);
    let printed = '';
    let complaints = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
    child.stderr!.setEncoding('utf8').on('data', (text) => {
      complaints += text;
    });
    const fail = (reason: string) => reject(new ZooError(`expected ${task}, got: ${reason}`));
    child.on('error', ({ message }) => fail(message));
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      if (code === 0) resolve(printed);
      else fail(reasonIn(`${complaints}\n${printed}`));
    });
  });
}

/** The lines that name an error, of all that a program says when it fails. */
function reasonIn(text: string): string {
  const lines = text.split('\n').flatMap((line) => line.trim() || []);
  const errors = lines.filter((line) => /\berror\b/i.test(line)).slice(0, 2);
  const reason = errors.length > 0 ? errors.join('; ') : (lines.at(-1) ?? 'no reason');
  return reason.length > 400 ? `${reason.slice(0, 400)}…` : reason;
}

/** A program that is needed, and the words by which it shows that it is there. */
export interface Tool {
  readonly name: string;
  readonly probe: CommandLine;
  /** The package of Debian's that brings it. */
  readonly debian: string;
}

/** @throws ZooError naming every tool that is missing */
export async function expectTools(tools: readonly Tool[], signal: AbortSignal): Promise<void> {
  const isThere = await Promise.all(
    tools.map(({ probe }) =>
      run('', probe, signal).then(
        () => true,
        () => false,
      ),
    ),
  );
  const missing = tools.filter((_, i) => !isThere[i]);
  if (missing.length === 0) return;
  const all = tools.map(({ name }) => name).join(', ');
  const got = missing.map(({ name }) => `no ${name}`).join(' and ');
  const remedy =
    process.platform === 'darwin'
      ? 'xcode-select --install brings clang++ and python3'
      : `on Debian and Ubuntu apt-get install ${missing.map(({ debian }) => debian).join(' ')} brings what is missing`;
  throw new ZooError(`expected ${all}, got ${got}; ${remedy}.`);
}
