import { fileURLToPath } from 'node:url';
import { type DemoOptions, parseOptions, usage } from './options.js';
import { ensurePackage } from './package-build.js';

// Builds the demo, and serves it unless told not to: npm run demo -- --help

async function run({ buildOnly, train, test, download, port }: DemoOptions): Promise<void> {
  ensurePackage();
  // From the package, which is there only now.
  const { build } = await import('./build.js');
  const outDir = fileURLToPath(new URL('../dist', import.meta.url));
  console.log('Building the demo …');
  await build({ outDir, train, test, download });
  if (buildOnly) return console.log(`Built to ${outDir}: serve it from any folder of any host.`);
  const { preview } = await import('vite');
  const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
  const server = await preview({ configFile, build: { outDir }, preview: { port } });
  server.printUrls();
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else await run(options);
} catch (error) {
  console.error(`demo: ${(error as Error).message.split('\n')[0]}`);
  process.exitCode = 1;
}
