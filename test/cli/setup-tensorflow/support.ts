import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, program, root, runNode } from '../support.js';

const fakeTool = fileURLToPath(new URL('fake-tool.mjs', import.meta.url));

/** A project with TensorFlow.js and nothing else, and stand-ins for the tools. */
export interface FakeProject {
  readonly folder: string;
  /** Runs tfjs-zoo setup-tensorflow there, with some variables set. */
  setUp(words?: readonly string[], env?: Record<string, string>): Promise<Outcome>;
  /** What the tools were called for since the last time, and with which words. */
  calls(): { call: string; words: string[] }[];
  /** What lies in a folder of the project's; nothing where it is missing. */
  list(folder: string): string[];
  description(): Record<string, Record<string, string>>;
}

/** @param tools those that there are */
export function makeProject(parent: string, tools: readonly string[] = ['npm', 'python3', 'g++']): FakeProject {
  const folder = realpathSync(mkdtempSync(join(parent, 'project-')));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  // The stand-ins are started by the one program that is on their path.
  symlinkSync(process.execPath, join(bin, 'node'));
  const start = `#!${process.execPath}\nprocess.argv[1] = __filename; import(${JSON.stringify(`file://${fakeTool}`)});\n`;
  for (const tool of tools) writeFileSync(join(bin, tool), start, { mode: 0o755 });
  const log = join(folder, 'calls');
  writeFileSync(log, '');
  writeFileSync(join(folder, 'package.json'), '{"name":"app"}');
  addPackage(folder, '@tensorflow/tfjs', '4.22.0');
  return {
    folder,
    setUp: (words = [], env = {}) =>
      runNode([join(root, ...program), 'setup-tensorflow', ...words], {
        cwd: folder,
        env: { PATH: bin, FAKE_LOG: log, ...env },
      }),
    calls() {
      const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
      writeFileSync(log, '');
      return lines.map((line) => JSON.parse(line));
    },
    list(name) {
      try {
        return readdirSync(join(folder, name)).sort();
      } catch {
        return [];
      }
    },
    description: () => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
  };
}

/** An empty package in a project's node_modules. */
export function addPackage(project: string, name: string, version: string): void {
  const folder = join(project, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version }));
}
