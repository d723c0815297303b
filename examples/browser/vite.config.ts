import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What makes a page cross-origin isolated, which the threads of the wasm backend need. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  root: here('.'),
  // Relative, so that the page works from any folder of any host.
  base: './',
  // The package brings a worker, for which this page has no use: it shows what is inside of its models. Kept apart.
  worker: {
    format: 'es',
    rolldownOptions: {
      output: {
        entryFileNames: 'worker/[name]-[hash].js',
        chunkFileNames: 'worker/[name]-[hash].js',
        assetFileNames: 'worker/[name]-[hash][extname]',
      },
    },
  },
  server: { headers },
  preview: { headers },
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // these know light-dark()
    // Weights are addressed by URL; as data: URLs they would have no folder.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000, // TensorFlow.js
    rolldownOptions: {
      input: { index: here('index.html'), 'service-worker': here('src/service-worker.ts') },
      output: {
        // A service worker rules the folder that it lies in, and browsers look for its new version under its old name.
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
        assetFileNames: ({ originalFileNames: [original = ''] }) => {
          // Each model's files stay in a folder of their own: what the page keeps of a model is known by it.
          const model = /weights\/([^/]+)\/[^/]+$/.exec(original)?.[1];
          return model ? `weights/${model}/[name][extname]` : 'assets/[name]-[hash][extname]';
        },
      },
    },
  },
});
