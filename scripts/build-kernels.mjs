// Compiles src/backends/wasm/assembly into src/backends/wasm/simd-binary.ts, as base64: once for the memory that threads share and
// once for one that they do not, which wasm tells apart.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = new URL('../src/backends/wasm/', import.meta.url);
const flags = ['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd', '--importMemory', '--initialMemory', '1'];

async function compile(more) {
  const output = new Map();
  const source = ['index.ts', '--baseDir', fileURLToPath(new URL('assembly', folder)), '--outFile', 'kernels.wasm'];
  const { error, stderr } = await asc.main([...source, ...flags, ...more], {
    writeFile: (name, contents) => output.set(name, contents),
  });
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return Buffer.from(output.get('kernels.wasm')).toString('base64');
}

const shared = await compile(['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536']);
const own = await compile([]);
writeFileSync(
  new URL('simd-binary.ts', folder),
  `// Made of assembly/ by scripts/build-kernels.mjs.\nexport const shared =\n  '${shared}';\nexport const own =\n  '${own}';\n`,
);
