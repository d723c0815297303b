import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ZooError } from '../../core/index.js';

/** A folder with a package.json and its node_modules. */
export interface Project {
  readonly folder: string;
  /** The version of TensorFlow.js there, which that of its native part must equal. */
  readonly tfjs: string;
  readonly manager: Manager;
}

type Manager = 'npm' | 'yarn' | 'pnpm' | 'bun';

const lockFiles: Readonly<Record<string, Manager>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'yarn.lock': 'yarn',
  'pnpm-lock.yaml': 'pnpm',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

/** The project that a folder belongs to. @throws ZooError where there is none, or none with TensorFlow.js */
export function findProject(from: string): Project {
  const folder = upwards(from).find((each) => existsSync(join(each, 'package.json')));
  if (!folder) {
    throw new ZooError(`expected a project, a folder with a package.json, got ${from}. Run it in yours, or npm init.`);
  }
  const tfjs = installed(folder, '@tensorflow/tfjs')?.version;
  if (!tfjs) {
    const isPlugAndPlay = upwards(folder).some((each) => existsSync(join(each, '.pnp.cjs')));
    const remedy = isPlugAndPlay ? 'Set nodeLinker: node-modules in .yarnrc.yml' : 'Install it with tfjs-zoo';
    throw new ZooError(`expected @tensorflow/tfjs in the node_modules of ${folder}, got none. ${remedy}.`);
  }
  return { folder, tfjs, manager: managerOf(folder) };
}

function managerOf(folder: string): Manager {
  for (const each of upwards(folder)) {
    const lock = Object.keys(lockFiles).find((name) => existsSync(join(each, name)));
    if (lock) return lockFiles[lock]!;
  }
  return 'npm';
}

function upwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

/** A package as a project finds it: in its own node_modules or in those above. */
export function installed(project: string, name: string): { folder: string; version: string } | undefined {
  // Looked up by hand, for Node remembers what was missing before it was installed.
  const places = createRequire(join(project, 'package.json')).resolve.paths(name) ?? [];
  const folder = places.map((place) => join(place, name)).find((each) => existsSync(join(each, 'package.json')));
  if (!folder) return undefined;
  return { folder, version: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version };
}
