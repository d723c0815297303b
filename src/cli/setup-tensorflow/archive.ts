import { basename, join } from 'node:path';
import type { Work } from './work.js';

/** Takes files out of a wheel, which is a zip, or out of what npm pack makes. Python, which is there for pip, knows both. */
const script = `
import sys, tarfile, zipfile
archive, folder, *prefixes = sys.argv[1:]
if archive.endswith('.whl'):
    with zipfile.ZipFile(archive) as wheel:
        wheel.extractall(folder, [name for name in wheel.namelist() if name.startswith(tuple(prefixes))])
else:
    with tarfile.open(archive) as package:
        package.extractall(folder)`;

/**
 * Unpacks an archive into a folder.
 * @param prefixes of a wheel, what the names begin with that are wanted
 */
export async function unpack(archive: string, folder: string, work: Work, prefixes: string[] = []): Promise<void> {
  await work.run(`Python to unpack ${basename(archive)}`, [work.python, '-c', script, archive, folder, ...prefixes]);
}

/** Downloads packages of npm's as they are. @returns the folders of their files, in the same order */
export async function fetchSources(names: readonly string[], work: Work): Promise<string[]> {
  const task = `npm to download ${names.join(' and ')}`;
  const printed = await work.run(task, ['npm', 'pack', '--silent', '--pack-destination', work.folder, ...names]);
  const archives = printed.trim().split('\n').slice(-names.length);
  const folders: string[] = [];
  for (const archive of archives) {
    const folder = join(work.folder, archive.replace(/\.tgz$/, ''));
    await unpack(join(work.folder, archive), folder, work);
    folders.push(join(folder, 'package'));
  }
  return folders;
}
