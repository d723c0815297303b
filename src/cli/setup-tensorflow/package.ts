import { readFileSync, realpathSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ZooError } from '../../core/index.js';
import { installed, type Project } from './project.js';
import type { Work } from './work.js';

/** How a package is added without its installer, where another than npm takes care of a project. */
const adding = {
  yarn: 'yarn add --optional --ignore-scripts (--mode=skip-build from Yarn 2 on)',
  pnpm: 'pnpm add --save-optional --ignore-scripts',
  bun: 'bun add --optional --ignore-scripts',
};

/** @throws ZooError where the package is missing, and npm would destroy what another program has installed */
export function expectInstallable(project: Project, name: string): void {
  const { manager, tfjs } = project;
  const version = installed(project.folder, name)?.version;
  if (manager === 'npm' || version === tfjs) return;
  throw new ZooError(
    `expected ${name} ${tfjs}, as old as @tensorflow/tfjs, in a project of ${manager}'s, got ${version ?? 'none'}. ` +
      `Run ${adding[manager]} ${name}@${tfjs}, then this again.`,
  );
}

/**
 * Has a package lie in the project, as old as TensorFlow.js beside it, without its installer.
 * @param isSaved whether package.json may be made to name it, as an optional dependency
 * @returns its folder
 */
export async function installPackage(project: Project, name: string, isSaved: boolean, work: Work): Promise<string> {
  const there = installed(project.folder, name);
  if (there?.version === project.tfjs) return there.folder;
  const isNamed = namedIn(project, ['dependencies', 'devDependencies', 'optionalDependencies'], name);
  const isToSave = isSaved && !isNamed && !namedIn(project, ['peerDependencies'], name);
  const how = isToSave ? 'an optional dependency in package.json' : isNamed ? 'named in package.json' : 'unsaved';
  const warning = isToSave || isNamed ? '' : ': npm install will take it away again';
  work.step(`installing ${name} ${project.tfjs}, ${how}${warning}`);
  // With --no-save as a development dependency: of an optional peer npm would install nothing.
  const saving = isToSave ? ['--save-optional'] : ['--no-save', '--save-dev'];
  const words = [...saving, '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${project.tfjs}`];
  await work.run(`npm to install ${name}`, ['npm', 'install', ...words], { cwd: project.folder });
  const now = installed(project.folder, name);
  if (now?.version === project.tfjs) return now.folder;
  throw new ZooError(
    `expected npm to install ${name} ${project.tfjs}, got ${now?.version ?? 'none'}. Look what npm config says of omit.`,
  );
}

function namedIn({ folder }: Project, kinds: readonly string[], name: string): boolean {
  const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return kinds.some((kind) => Object.hasOwn(description[kind] ?? {}, name));
}

/** Has the package find its native part, by a link: Node follows it, so what is beside the file itself is found. */
export async function linkBinding(binding: string, packageFolder: string): Promise<void> {
  const folder = join(realpathSync(packageFolder), 'lib/napi-v8'); // where tfjs-node looks first from Node 12.22 on
  const place = join(folder, 'tfjs_binding.node');
  const part = `${place}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  await rm(part, { force: true });
  await symlink(relative(folder, realpathSync(binding)), part);
  await rename(part, place);
}
