// What an app pays for createAlexNet, gzipped. What is imported when it is needed counts where it is needed.

/** Leaves out what is imported when it is needed: the model's own code, the readers of checkpoint files and web folders, and what fetches published weights. */
const withoutLater = {
  name: 'without-later',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ path, kind }) => (kind === 'dynamic-import' ? { path, external: true } : undefined));
  },
};

const createAlexNet = { path: 'dist/src/index.js', import: '{ createAlexNet }', gzip: true };

export default [
  {
    ...createAlexNet,
    name: 'createAlexNet, what a page loads first',
    modifyEsbuildConfig: (config) => ({ ...config, plugins: [...(config.plugins ?? []), withoutLater] }),
    limit: '15 kB',
  },
  // Each model's code is loaded when one is built: what is counted here is that of all.
  { ...createAlexNet, name: '… with all that it may load later', limit: '88 kB' },
];
