import { spawn } from 'node:child_process';
import { outcomeOf, root } from '../../cli/support.js';

/** What a package is to be in a process: another that is installed, a module of this code, or nothing. */
export type Stand = { readonly as: string } | { readonly code: string } | 'missing';

/** Runs a script, a module that may import this package by name from source, in a process where packages are not what they are. */
export async function runWith(packages: Record<string, Stand>, script: string, env: Record<string, string> = {}) {
  const hooks = `
    const packages = ${JSON.stringify(packages)};
    export function resolve(specifier, context, next) {
      const stand = packages[specifier];
      if (!stand) return next(specifier, context);
      if (stand.as) return next(stand.as, context);
      if (stand.code) return { url: 'data:text/javascript,' + encodeURIComponent(stand.code), shortCircuit: true };
      const message = "Cannot find package '" + specifier + "' imported from " + context.parentURL;
      throw Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
    }`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(asUrl(hooks))});`;
  const imports = ['--conditions=tfjs-zoo-source', '--import', 'tsx/esm', '--import', asUrl(register)];
  const child = spawn(process.execPath, [...imports, '--input-type=module', '--eval', script], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return outcomeOf(child);
}

function asUrl(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
