// Makes src/backends/wasm/binaries: each binary of the wasm backend as a module, which every bundler finds and loads when it is needed.
// Packed before it is text, for text packs a third worse.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import asc from 'assemblyscript/asc';

const folder = new URL('../src/backends/wasm/', import.meta.url);
const { resolve } = createRequire(import.meta.url);
const flags = ['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd', '--importMemory', '--initialMemory', '1'];

async function compile(more) {
  const output = new Map();
  const source = ['index.ts', '--baseDir', fileURLToPath(new URL('assembly', folder)), '--outFile', 'kernels.wasm'];
  const { error, stderr } = await asc.main([...source, ...flags, ...more], {
    writeFile: (name, contents) => output.set(name, contents),
  });
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return output.get('kernels.wasm');
}

function writeModule(name, source, bytes) {
  const text = gzipSync(bytes, { level: 9 }).toString('base64');
  writeFileSync(
    new URL(`binaries/${name}.ts`, folder),
    `// Made of ${source} by scripts/build-kernels.mjs.\nexport const packed: string =\n  '${text}';\n`,
  );
}

mkdirSync(new URL('binaries', folder), { recursive: true });

// Wasm tells memory that threads share from memory that they do not.
writeModule('loops', 'assembly/', await compile([]));
writeModule(
  'loops-shared',
  'assembly/',
  await compile(['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536']),
);

for (const name of ['tfjs-backend-wasm', 'tfjs-backend-wasm-simd', 'tfjs-backend-wasm-threaded-simd']) {
  const file = `@tensorflow/tfjs-backend-wasm/wasm-out/${name}.wasm`;
  writeModule(name, file, readFileSync(resolve(file)));
}
