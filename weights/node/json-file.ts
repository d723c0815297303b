import { readFile } from 'node:fs/promises';

/** What a small file of ours says, or undefined: one that is missing or torn only means more work. */
export async function readJson<T>(path: string): Promise<Partial<T> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
