import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What the page does not show at once. */
const isForLater = (path: string) => /^(data|weights|models)\/|\/(tfjs-backend-|loops)/.test(path);
/** The library itself keeps weights that were used: large ones are left to it. The package's worker is not used. */
const isLeftOut = (path: string) => /^(weights|models)\/efficientnet|^worker\/|^service-worker\.js$/.test(path);

/** Tells the built service worker which files there are, and makes it another one whenever any of them is. */
export function listForOffline(folder: string): void {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll('\\', '/'))
    .filter((path) => !isLeftOut(path))
    .sort();
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update(readFileSync(join(folder, path)));
  const list = {
    version: hash.digest('hex').slice(0, 12),
    shell: paths.filter((path) => !isForLater(path)),
    later: paths.filter(isForLater),
  };
  const file = join(folder, 'service-worker.js');
  writeFileSync(file, `self.offlineFiles = ${JSON.stringify(list)};\n${readFileSync(file, 'utf8')}`);
}
