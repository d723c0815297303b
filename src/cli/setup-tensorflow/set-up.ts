import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compile } from './binding.js';
import { fetchLibrary } from './library.js';
import { expectInstallable, installPackage, linkBinding } from './package.js';
import { type Found, probe } from './probe.js';
import { expectTools, type Tool } from './programs.js';
import { findProject, type Project } from './project.js';
import { type Target, targetFor, testedVersion, thisMachine } from './target.js';
import { type Work, withWork } from './work.js';

export interface SetUpOptions {
  readonly gpu: boolean;
  /** Of TensorFlow. Default: whichever works, or else the one that this package is tested with. */
  readonly version: string | undefined;
  readonly python: string;
  /** Whether everything is fetched and built again. */
  readonly force: boolean;
  /** Whether package.json is to name what is installed. */
  readonly save: boolean;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
}

export interface SetUpReport extends Found {
  readonly package: string;
  readonly project: string;
  /** Whether it had to be. */
  readonly built: boolean;
}

/** Has tfjs-node, or tfjs-node-gpu, work in the project that a folder belongs to. */
export async function setUp(from: string, options: SetUpOptions): Promise<SetUpReport> {
  const project = findProject(from);
  const { gpu, version, force, signal } = options;
  const target = targetFor(thisMachine(), { gpu, version: version ?? testedVersion });
  const facts = { package: target.package, project: project.folder };
  const look = () => probe(project.folder, target.package, signal);
  const there = force ? undefined : await look().catch(() => undefined);
  const isRight = there?.version === project.tfjs && (!version || there.tensorflow === version);
  if (there && isRight) return { ...facts, ...there, built: false };
  // Not a cache: whoever clears those expects everything to work afterwards.
  const home = join(project.folder, 'node_modules/.tfjs-zoo');
  await withWork(home, options, (work) => build(project, target, home, options, work));
  return { ...facts, ...(await look()), built: true };
}

/** The package comes last: without its native part it would be worse than none. */
async function build(project: Project, target: Target, home: string, options: SetUpOptions, work: Work): Promise<void> {
  expectInstallable(project, target.package);
  await expectTools(toolsFor(target, options.python), options.signal);
  const binding = await buildBinding(project.tfjs, target, home, options.force, work);
  const folder = await installPackage(project, target.package, options.save, work);
  await linkBinding(binding, folder);
}

/** Has the native part lie beside TensorFlow's library, each made where it is missing or `force` is set. @returns its file */
async function buildBinding(tfjs: string, target: Target, home: string, force: boolean, work: Work): Promise<string> {
  const { platform, arch } = process;
  const library = join(home, `${target.wheel}-${target.version}-${platform}-${arch}`);
  const binding = join(library, `tfjs-node-${tfjs}.node`);
  const isThere = existsSync(library) && !force;
  if (isThere && existsSync(binding)) return binding;
  const part = isThere ? library : join(work.folder, 'library');
  if (!isThere) await fetchLibrary(target, part, work);
  const bindingPart = join(work.folder, 'binding.node');
  await compile(target, tfjs, part, bindingPart, work);
  await rename(bindingPart, join(part, basename(binding)));
  if (!isThere) {
    await rm(library, { recursive: true, force: true });
    await rename(part, library);
  }
  return binding;
}

function toolsFor({ compiler }: Target, python: string): Tool[] {
  return [
    { name: 'npm', probe: ['npm', '--version'], debian: 'npm' },
    { name: `${python} with pip`, probe: [python, '-m', 'pip', '--version'], debian: 'python3-pip' },
    { name: compiler, probe: [compiler, '--version'], debian: compiler },
  ];
}
