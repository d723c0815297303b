import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Context } from 'mocha';

// The programs from outside npm that some tests use, where there are any. TFJS_ZOO_NO_TOOLS=1 has the tests believe that
// there are none, as on a machine with Node and nothing else.
const allowed = !process.env.TFJS_ZOO_NO_TOOLS;

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** Debian's Python, which finds Debian's PyTorch; undefined where it is missing. */
export const python = present('/usr/bin/python3');

/** Undefined where it is missing. */
export const chromium = present('/usr/bin/chromium');

/** The native part of tfjs-node, which `npm run setup:tensorflow` makes; undefined where it is missing. */
export const tensorflow = present(`${modules}@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node`);

/** What a process is to be told so that Dawn finds the GPU that Debian's Chromium imitates; undefined where it or webgpu is missing. */
export const softwareGpu =
  present(`${modules}webgpu/index.js`) && present('/usr/lib/chromium/vk_swiftshader_icd.json')
    ? { LD_LIBRARY_PATH: '/usr/lib/chromium', VK_DRIVER_FILES: '/usr/lib/chromium/vk_swiftshader_icd.json' }
    : undefined;

/** Skips a test, or in a `before` hook a suite, where Chromium is missing. */
export function needsChromium(this: Context): void {
  if (!chromium) this.skip();
}

/** Skips a test, or in a `before` hook a suite, where tfjs-node is missing. */
export function needsTensorflow(this: Context): void {
  if (!tensorflow) this.skip();
}

/** Skips a test, or in a `before` hook a suite, where webgpu or a GPU in software is missing. */
export function needsSoftwareGpu(this: Context): void {
  if (!softwareGpu) this.skip();
}

/** The Python if it has these modules, else undefined. */
export function pythonWith(...modules: string[]): string | undefined {
  if (!python) return undefined;
  return spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0 ? python : undefined;
}

function present(path: string): string | undefined {
  return allowed && existsSync(path) ? path : undefined;
}
