import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The demo uses the package as an app does, from its build: makes one where there is none, or an old one. */
export function ensurePackage(): void {
  const built = join(root, 'dist/src/index.js');
  const sources = ['src', 'converters', 'weights'].map((folder) => newest(join(root, folder)));
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...sources)) return;
  console.log('Building tfjs-zoo …');
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit', shell: true });
  if (status !== 0) throw new Error('The package could not be built: see above.');
}

/** When a file in a folder was last changed. */
function newest(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, { parentPath, name }) => Math.max(latest, statSync(join(parentPath, name)).mtimeMs), 0);
}
