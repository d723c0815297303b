import { fetched, isNode } from '../sources/open.js';

/** The path that a path or a file: URL names on this machine; undefined where it names none there. */
export function localPath(target: string | URL): string | undefined {
  const text = String(target);
  if (!isNode() || fetched.test(text)) return undefined;
  if (!/^file:/i.test(text)) return target instanceof URL ? undefined : text;
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  try {
    return fileURLToPath(text);
  } catch {
    return undefined; // on another host, or with a slash in a name
  }
}
