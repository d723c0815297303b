// Bundles the built package, tfjs in it, for pages without a bundler: dist/page/tfjs-zoo.js, worker and webgpu beside it, and what
// they load when it is needed.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const outdir = 'dist/page';

/** The weights that come with the package lie in dist/weights, beside dist/page. */
const weightsInPlace = {
  name: 'weights in place',
  setup({ onLoad }) {
    onLoad({ filter: /dist\/weights\/[^/]+\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      return { contents: code.replaceAll(/new URL\('\.\/(?=[a-z0-9_]+\/)/g, "new URL('../weights/"), loader: 'js' };
    });
  },
};

const entries = {
  'tfjs-zoo': `export * from 'tfjs-zoo'; export * as converters from 'tfjs-zoo/converters'; export * as tf from '@tensorflow/tfjs-core';`,
  main: `import 'tfjs-zoo/worker';`, // by the name that the classifier's worker has
  webgpu: `import '@tensorflow/tfjs-backend-webgpu';`,
};

await build({
  entryPoints: Object.keys(entries).map((name) => ({ in: `entry:${name}`, out: name })),
  plugins: [
    {
      name: 'entries',
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice('entry:'.length), namespace: 'entry' }));
        onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => ({
          contents: entries[path],
          resolveDir: process.cwd(),
        }));
      },
    },
    weightsInPlace,
  ],
  outdir,
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  legalComments: 'linked',
  logLevel: 'warning',
});
