import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { EngineOptions } from './engines/engine.js';

/** A program that is compared, with the engine of bench/engines that runs it. */
export interface Contender extends Pick<EngineOptions, 'backend' | 'threads'> {
  readonly name: string;
  readonly engine:
    | 'tfjs-zoo'
    | 'tfjs-ops'
    | 'tf-layers'
    | 'onnxruntime'
    | 'zoo-model'
    | 'zoo-model-unfused'
    | 'onnx-model';
}

const threadCounts = [1, 2];

/** In the order of the tables; the first is what all others must agree with. */
export const contenders: readonly Contender[] = [
  { name: 'tfjs-zoo, wasm', engine: 'tfjs-zoo', backend: 'wasm' },
  { name: 'tfjs ops by hand, wasm', engine: 'tfjs-ops', backend: 'wasm' },
  { name: 'tfjs ops by hand, wasm as released', engine: 'tfjs-ops', backend: 'stock' },
  { name: 'tf.layers, wasm', engine: 'tf-layers', backend: 'wasm' },
  { name: 'onnxruntime-web', engine: 'onnxruntime', backend: 'onnxruntime-web' },
  { name: 'tfjs-zoo, tensorflow', engine: 'tfjs-zoo', backend: 'tensorflow' },
  { name: 'tfjs ops by hand, tensorflow', engine: 'tfjs-ops', backend: 'tensorflow' },
  { name: 'onnxruntime-node', engine: 'onnxruntime', backend: 'onnxruntime-node' },
].flatMap((contender) =>
  // As released, tfjs has no threads in Node.
  (contender.backend === 'stock' ? [1] : threadCounts).map((threads) => ({ ...contender, threads }) as Contender),
);

// In a folder of their own: beside this package's dependencies, the next npm install would take them away.
const onnxruntime = 'npm install --prefix bench --no-save --ignore-scripts onnxruntime-web onnxruntime-node';

/** Packages that are no dependencies of this one, by the backends that need them, and what brings them. */
const optional: Readonly<Record<string, { packageName: string; remedy: string }>> = {
  'onnxruntime-web': { packageName: 'onnxruntime-web', remedy: onnxruntime },
  'onnxruntime-node': { packageName: 'onnxruntime-node', remedy: onnxruntime },
  tensorflow: { packageName: '@tensorflow/tfjs-node', remedy: 'npm run setup:tensorflow' },
};

export function labelOf({ name, threads }: Contender): string {
  return threads === 1 ? `${name}, 1 thread` : `${name}, ${threads} threads`;
}

/** For the contender's process: libtensorflow takes its number of threads from here, and writes less. */
export function environmentOf({ threads }: Pick<Contender, 'threads'>): NodeJS.ProcessEnv {
  return { ...process.env, TF_NUM_INTRAOP_THREADS: `${threads}`, TF_CPP_MIN_LOG_LEVEL: '2' };
}

/** The version of an installed package, undefined where it is not there. */
export function versionOf(packageName: string): string | undefined {
  // Looked up by hand: a package need not export its package.json.
  const folders = createRequire(import.meta.url).resolve.paths(packageName) ?? [];
  const file = folders.map((folder) => `${folder}/${packageName}/package.json`).find((path) => existsSync(path));
  return file && (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Whether what a contender computes with is installed. */
export function isInstalled({ backend }: Pick<Contender, 'backend'>): boolean {
  const needed = optional[backend];
  return needed === undefined || versionOf(needed.packageName) !== undefined;
}

/** A line for each package that is not installed. */
export function lacks(): string[] {
  return Object.entries(optional)
    .filter(([backend]) => !isInstalled({ backend }))
    .map(([, { packageName, remedy }]) => `${packageName} is not installed, and left out: ${remedy}`);
}

/** Of every package that computes, its name and version. */
export function versions(): string[] {
  return ['@tensorflow/tfjs', ...Object.values(optional).map(({ packageName }) => packageName)].flatMap((name) =>
    versionOf(name) ? `${name} ${versionOf(name)}` : [],
  );
}
