import { join } from 'node:path';
import { fetchSources } from './archive.js';
import type { Target } from './target.js';
import type { Work } from './work.js';

/** Compiles the native part of a version of tfjs-node against TensorFlow's library, which it finds beside itself. */
export async function compile(
  target: Target,
  version: string,
  library: string,
  file: string,
  work: Work,
): Promise<void> {
  const { package: packageName, compiler, linking, libraries } = target;
  work.step(`compiling the native part of ${packageName} ${version}`);
  const [sources, headers] = await fetchSources([`${packageName}@${version}`, 'node-api-headers@1'], work);
  await work.run(`${compiler} to compile ${packageName}`, [
    compiler,
    ...['-O2', '-std=c++17', '-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding', ...linking],
    ...[`-I${join(library, 'tensorflow/include')}`, `-I${join(headers!, 'include')}`, '-o', file],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(sources!, 'binding', source)),
    ...libraries.map((name) => join(library, 'tensorflow', name)),
  ]);
}
