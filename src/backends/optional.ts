import { ZooError } from '../core/index.js';

/**
 * Imports packages that are no dependencies of this one.
 * @throws ZooError naming those that are missing, or the one that does not load
 */
export async function importOptional(...names: readonly string[]): Promise<unknown[]> {
  const results = await Promise.allSettled(names.map((name) => import(/* @vite-ignore */ name)));
  const errors = results.map((result) => (result.status === 'rejected' ? (result.reason as Error) : undefined));
  const missing = names.filter((name, i) => errors[i] && isMissing(errors[i], name));
  if (missing.length > 0) {
    const what = names.length === 1 ? `the package ${names[0]}` : `the packages ${names.join(' and ')}`;
    const got =
      missing.length < names.length ? `no ${missing.join(' and no ')}` : names.length === 1 ? 'none' : 'neither';
    throw new ZooError(`backends.use: expected ${what}, got ${got}. Install with npm install ${missing.join(' ')}.`);
  }
  const broken = errors.findIndex(Boolean);
  if (broken < 0) return results.map((result) => (result as PromiseFulfilledResult<unknown>).value);
  throw new ZooError(
    `backends.use: expected ${names[broken]} to load, got: ${firstLine(errors[broken]!)}. Install it again, or choose wasm.`,
    { cause: errors[broken] },
  );
}

/** Whether it is the package itself that was not found, and not a file that it wants. */
export function isMissing(error: Error, name: string): boolean {
  return (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`'${name}'`);
}

/** What went wrong, without the paragraphs of advice behind it. */
export function firstLine({ message }: { readonly message: string }): string {
  return message.split('\n')[0]!.trim().replace(/\.$/, '');
}
