import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchSources } from './archive.js';
import type { Target } from './target.js';
import type { Work } from './work.js';

/**
 * Has the native part of a version of tfjs-node lie beside TensorFlow's library, which it finds from there.
 * @param library the folder of the library
 * @returns its file
 */
export async function buildBinding(target: Target, version: string, library: string, work: Work): Promise<string> {
  const { package: name, compiler, linking, libraries } = target;
  const binding = join(library, `tfjs-node-${version}.node`);
  if (existsSync(binding)) return binding;
  work.step(`compiling the native part of ${name} ${version}`);
  const [sources, headers] = await fetchSources([`${name}@${version}`, 'node-api-headers@1'], work);
  const part = join(work.folder, 'binding.node');
  await work.run(`${compiler} to compile ${name}`, [
    compiler,
    ...['-O2', '-std=c++17', '-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding', ...linking],
    ...[`-I${join(library, 'tensorflow/include')}`, `-I${join(headers!, 'include')}`, '-o', part],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(sources!, 'binding', file)),
    ...libraries.map((file) => join(library, 'tensorflow', file)),
  ]);
  await rename(part, binding);
  return binding;
}
