import { type CachedFile, cacheFolderOf, listCached, removeCached } from '../../weights/node/index.js';
import { ZooError } from '../core/index.js';
import { textTable } from '../visualize/index.js';
import { defineCommand, oneOf, UsageError } from './command.js';
import { bytesText, complain, print, printable, printJson } from './output.js';

const actions = ['list', 'remove', 'path'] as const;

export default defineCommand({
  usage: 'cache [list | remove NAME… | remove --all | path] [options]',
  description:
    'Lists the weights that were downloaded, and the beginnings of those that were not to the end; removes them; or\n' +
    'prints their folder, which TFJS_ZOO_CACHE names. A NAME is that of a file, or of a model.',
  args: { min: 0, max: Number.POSITIVE_INFINITY, what: 'list, remove or path' },
  options: {
    all: { description: 'With remove: everything' },
    json: { description: 'Print JSON' },
  },
  examples: ['cache', 'cache remove alexnet-owt-7be5be79.pth', 'cache remove --all'],
  async run([word = 'list', ...names], { all, json }) {
    const action = oneOf('an action', actions, word);
    const folder = cacheFolderOf();
    if (all && (action !== 'remove' || names.length > 0)) throw new UsageError('expected --all alone behind remove.');
    if (action === 'remove') return remove(folder, names, all, json);
    if (names.length > 0) throw new UsageError(`expected nothing behind ${action}, got '${names.join("', '")}'.`);
    if (action === 'path') {
      if (json) printJson({ folder });
      else print(folder);
      return 0;
    }
    const files = await listCached(folder);
    if (json) printJson({ folder, files });
    else print(listText(folder, files));
    return 0;
  },
});

function listText(folder: string, files: readonly CachedFile[]): string {
  if (files.length === 0) return `No weights in ${printable(folder)}`;
  const rows = files.map(({ name, model = '-', weights = '-', bytes, state, isInUse }) => [
    printable(name),
    printable(model),
    printable(weights),
    bytesText(bytes),
    isInUse ? `${state}, in use` : state,
  ]);
  const columns = [
    { title: 'File' },
    { title: 'Model' },
    { title: 'Weights' },
    { title: 'Size', align: 'right' as const },
    { title: 'State' },
  ];
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return textTable(columns, rows, [`${bytesText(total)} in ${printable(folder)}`]);
}

async function remove(folder: string, names: readonly string[], all: boolean, json: boolean): Promise<number> {
  if (names.length === 0 && !all) throw new UsageError('expected the names to remove, or --all, got none.');
  const files = await listCached(folder);
  const isMeant = ({ name, model }: CachedFile, word: string) => word === name || word === model;
  const unknown = names.find((word) => !files.some((file) => isMeant(file, word)));
  if (unknown !== undefined) {
    const known = [...new Set(files.map(({ name }) => name))].join(', ') || 'no files';
    throw new ZooError(`expected a file or model among ${known}, got '${unknown}'. See tfjs-zoo cache.`);
  }
  const chosen = files.filter((file) => all || names.some((word) => isMeant(file, word)));
  const removed: string[] = [];
  let isRefused = false;
  for (const name of new Set(chosen.map((file) => file.name))) {
    try {
      await removeCached(folder, name);
      removed.push(name);
    } catch (error) {
      if (!(error instanceof ZooError)) throw error;
      isRefused = true;
      complain(`tfjs-zoo cache: ${error.message}`);
    }
  }
  const freed = chosen.filter(({ name }) => removed.includes(name)).reduce((sum, { bytes }) => sum + bytes, 0);
  if (json) printJson({ removed, bytes: freed });
  else print(`Removed ${removed.map(printable).join(', ') || 'nothing'} (${bytesText(freed)})`);
  return isRefused ? 1 : 0;
}
