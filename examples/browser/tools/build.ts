import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, defaultClientConditions, type InlineConfig } from 'vite';
import { type PackOptions, packData } from './pack-data.js';
import { packWeights } from './pack-weights.js';
import { listForOffline } from './precache.js';

const folder = fileURLToPath(new URL('..', import.meta.url));

export interface BuildOptions extends PackOptions {
  readonly outDir: string;
}

/** The page takes the package as Node does here: from its build, and in the package's own tests from its source. */
const isFromSource = import.meta.resolve('tfjs-zoo').endsWith('.ts');

/** Builds the demo to static files. */
export async function build({ outDir, ...images }: BuildOptions): Promise<void> {
  const config: InlineConfig = {
    configFile: join(folder, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
    resolve: { conditions: [...(isFromSource ? ['tfjs-zoo-source'] : []), ...defaultClientConditions] },
  };
  await bundle(config);
  await packWeights(join(outDir, 'models'));
  const missing = await packData(join(outDir, 'data'), images);
  if (missing) console.log(`No images to train on; the page asks for them. ${missing}`);
  listForOffline(outDir);
}
