// What an app pays for createAlexNet, gzipped. What is imported when it is needed counts where it is needed.

/** Leaves out the readers of checkpoint files, which are imported when there is one to read. */
const withoutReaders = {
  name: 'without-readers',
  setup({ onResolve }) {
    onResolve({ filter: /converters\/index\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

const createAlexNet = { path: 'dist/src/index.js', import: '{ createAlexNet }', gzip: true };

export default [
  {
    ...createAlexNet,
    name: 'createAlexNet, what a page loads first',
    modifyEsbuildConfig: (config) => ({ ...config, plugins: [...(config.plugins ?? []), withoutReaders] }),
    limit: '28 kB',
  },
  { ...createAlexNet, name: '… with the readers of checkpoints', limit: '55 kB' },
];
