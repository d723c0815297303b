import type { Checkpoint } from 'tfjs-zoo/converters';
import { openWeb } from '../../../converters/web/open-web.js';
import { CheckpointError, type Folder } from '../../../src/core/index.js';
import { expectSame, receive } from '../web/support.js';
import { mutate } from './mutate.js';
import type { Random } from './random.js';

const hash = 'ab'.repeat(32);

function soundEntries(random: Random): object[] {
  const shape = [2 + random.below(3), 2 + random.below(3)];
  const quantization = random.pick([undefined, { dtype: 'float16' }, { dtype: 'uint8', scale: 0.1, min: -1 }]);
  const checkpoint = { dtype: 'float32', shape, permutation: [1, 0] };
  const inMemory = [shape[1]!, shape[0]!];
  const whole = { name: 'whole', shape: inMemory, dtype: 'float32', quantization, checkpoint };
  const blocks = [0, 1].map((begin) => ({
    ...whole,
    name: `w#${begin}`,
    shape: [shape[1], begin === 0 ? 1 : shape[0]! - 1],
    checkpoint: { ...checkpoint, block: { of: 'w', begin } },
  }));
  const plain = [
    { name: 'flag', shape: [3], dtype: 'bool' },
    { name: 'count', shape: [], dtype: 'int32', checkpoint: { dtype: 'int64', shape: [], permutation: null } },
    { name: 'none', shape: [0, 2], dtype: 'float32' },
    { name: 'steps', shape: [3], dtype: 'int32', quantization: { dtype: 'uint16', scale: 2, min: 0 } },
  ];
  return [whole, ...blocks, ...plain].filter(() => random.chance(0.8));
}

const widths: Record<string, number> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

function soundGroup(random: Random, group: number): object {
  const weights = soundEntries(random);
  const total = (weights as { shape: number[]; dtype: string; quantization?: { dtype: string } }[]).reduce(
    (sum, { shape, dtype, quantization }) => sum + shape.reduce((a, b) => a * b, widths[quantization?.dtype ?? dtype]!),
    0,
  );
  const cut = random.below(total + 1);
  const bytes = random.chance(0.6) ? [cut, total - cut] : [total];
  return {
    paths: bytes.map((_, i) => `group${group}-${i}.bin`),
    ...(bytes.length === 2 || random.chance(0.5) ? { bytes } : {}),
    ...(random.chance(0.5) ? { sha256: bytes.map(() => hash) } : {}),
    weights,
  };
}

/** Whatever stands where something else should. */
function lie(random: Random): unknown {
  return random.pick<unknown>([
    ...[
      null,
      true,
      '',
      'x',
      'float16',
      'w',
      '../x',
      '__proto__',
      [],
      {},
      [0, 1],
      [1, 0],
      [[[]]],
      { valueOf: 1, toString: 1 },
    ],
    ...[-1, 0.5, 1e300, 2 ** 31, 2 ** 53, random.edge(), random.below(5)],
  ]);
}

/** Changes a value somewhere in JSON: another in its place, none, it twice, or a neighbour's. */
function changed(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.1)) return lie(random);
  const keys = Object.keys(value);
  if (keys.length === 0) return lie(random);
  const key = random.pick(keys);
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  if (random.chance(0.6)) copy[key] = changed(random, copy[key]);
  else if (random.chance(0.3)) copy[key] = copy[random.pick(keys)];
  else if (!Array.isArray(value)) delete copy[key];
  else if (random.chance(0.5)) return value.filter((_, i) => i !== Number(key));
  else return [...value, value[Number(key)]];
  return copy;
}

/** The text of a model.json. */
export function generatedManifest(random: Random): Uint8Array<ArrayBuffer> {
  let groups: unknown = Array.from({ length: random.chance(0.8) ? 1 : 2 }, (_, i) => soundGroup(random, i));
  for (let times = random.below(4); times > 0; times--) groups = changed(random, groups);
  const about = { model: { name: 'a', options: {} }, categories: ['b'], transforms: {}, weightsManifest: groups };
  const json = random.chance(0.5) ? groups : random.chance(0.9) ? about : changed(random, about);
  const text = new TextEncoder().encode(JSON.stringify(json));
  return random.chance(0.1) ? mutate(random, text) : text;
}

/** Reads a folder of this manifest in both ways, which must come to the same. It has all shards that are not large. */
export async function readManifest(manifest: Uint8Array<ArrayBuffer>): Promise<Checkpoint> {
  const folder: Folder = {
    label: 'memory/',
    async read(name, { bytes = 0 } = {}) {
      if (name === 'model.json') return manifest;
      if (bytes > 2 ** 20) throw new CheckpointError('memory/: expected a file, got none. Make it.');
      return Uint8Array.from({ length: bytes }, (_, i) => i * 37);
    },
  };
  const { format, entries, extra, warnings, read } = await openWeb(folder);
  const stateDict = new Map();
  for (const { name } of entries) stateDict.set(name, await read(name));
  expectSame(await receive(folder), stateDict);
  return { format, stateDict, extra, warnings };
}
