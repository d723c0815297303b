import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensurePackage } from './package-build.js';

// Builds the demo, and serves it unless told not to: npm run demo -- --help

const { values } = parseArgs({
  options: {
    'build-only': { type: 'boolean', default: false },
    train: { type: 'string', default: '10000' },
    test: { type: 'string', default: '2000' },
    download: { type: 'boolean', default: false },
    port: { type: 'string', default: '4173' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`npm run demo -- [options]

  --train N      images to train on that are packed (default 10000)
  --test N       images to test with (default 2000)
  --download     download Fashion-MNIST where this machine does not have it
  --port N       where to serve (default 4173, or the next that is free)
  --build-only   only build, to examples/browser/dist: npm run demo:build`);
} else {
  ensurePackage();
  // From the package, which is there only now.
  const { build } = await import('./build.js');
  const outDir = fileURLToPath(new URL('../dist', import.meta.url));
  console.log('Building the demo …');
  const { train, test, download } = values;
  await build({ outDir, train: Number(train), test: Number(test), download });
  if (values['build-only']) {
    console.log(`Built to ${outDir}: serve it from any folder of any host.`);
  } else {
    const { preview } = await import('vite');
    const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
    const server = await preview({ configFile, build: { outDir }, preview: { port: Number(values.port) } });
    server.printUrls();
  }
}
