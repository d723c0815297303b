import { deflateRawSync } from 'node:zlib';
import type { readCheckpoint } from 'tfjs-zoo/converters';
import { ByteReader } from '../../../converters/sources/byte-reader.js';
import { fromBytes } from '../../../converters/sources/memory.js';
import { readTar } from '../../../converters/tar.js';
import { ZipArchive } from '../../../converters/zip.js';
import { bytesOf, fixtureBytes, tarOf, torchZip, uint64, zipOf } from '../support.js';
import { generatedManifest, readManifest } from './manifests.js';
import { mutate } from './mutate.js';
import { PickleWriter } from './pickles.js';
import type { Random } from './random.js';

type Part = { name: string; data: Uint8Array };

const zips = [
  'mixed',
  'training-p2',
  'training-p4',
  'training-p5',
  'views-zip',
  'model',
  'special',
  'whole-module',
  'dtypes-zip-p4',
];
const legacy = ['model-legacy', 'training-legacy', 'views-legacy', 'dtypes-legacy-p1', 'dtypes-legacy-p4'];
const tars = ['tar-dtypes', 'tar-views', 'tar-training', 'tar-module', 'tar-dtypes-p1'];
const safetensors = ['names.safetensors', 'dtypes.safetensors'];

const files = [...[...zips, ...legacy, ...tars, 'views-deflated'].map((name) => `${name}.pth`), ...safetensors].map(
  fixtureBytes,
);
const streams = legacy.map((name) => fixtureBytes(`${name}.pth`));

async function unzip(name: string): Promise<Part[]> {
  const archive = await ZipArchive.open(new ByteReader(fromBytes(fixtureBytes(`${name}.pth`))));
  const entries = [...archive.entries.values()];
  return Promise.all(entries.map(async (entry) => ({ name: entry.name, data: await archive.read(entry) })));
}

async function untar(name: string): Promise<Part[]> {
  const bytes = fixtureBytes(`${name}.pth`);
  const members = await readTar(new ByteReader(fromBytes(bytes)), ['pickle', 'tensors', 'storages']);
  return [...members.values()].map((member) => ({
    name: member.name,
    data: bytes.slice(member.start, member.start + member.size),
  }));
}

const zipParts = await Promise.all(zips.map(unzip));
const tarParts = await Promise.all(tars.map(untar));
const pickles = zipParts.map((parts) => parts.find(({ name }) => name.endsWith('data.pkl'))!.data);

/** One part changed, mostly the pickle. */
function changeOne(random: Random, parts: readonly Part[], isPickle: (name: string) => boolean): Part[] {
  const wantsPickle = random.chance(0.8);
  const candidates = parts.filter(({ name }) => isPickle(name) === wantsPickle);
  const changed = random.pick(candidates.length > 0 ? candidates : parts);
  return parts.map((part) =>
    part === changed ? { name: part.name, data: mutate(random, part.data, random.pick(pickles)) } : part,
  );
}

const storages = { 0: new Uint8Array(24), 1: new Uint8Array(6) };

/** The magic number, version and system of a legacy stream. */
const legacyHead = fixtureBytes('model-legacy.pth').subarray(0, 109);

function generatedPickle(random: Random): Uint8Array<ArrayBuffer> {
  const pickle = new PickleWriter(random, 10 + random.below(120)).write();
  const bytes = random.chance(0.3) ? mutate(random, pickle, random.pick(pickles)) : pickle;
  switch (random.below(8)) {
    case 0:
      return bytesOf(legacyHead, bytes, ']X\x01\0\0\x000a.', uint64(6), new Uint8Array(24));
    case 1:
      return tarOf(random.pick(tarParts).map((part) => (part.name === 'pickle' ? { ...part, data: bytes } : part)));
    default:
      return torchZip(bytes, storages);
  }
}

function generatedSafetensors(random: Random): Uint8Array<ArrayBuffer> {
  const lie = <T>(truth: T, ...lies: unknown[]): unknown => (random.chance(0.06) ? random.pick(lies) : truth);
  const entries: string[] = [];
  let end = 0;
  for (let n = random.below(4); n > 0; n--) {
    const shape = Array.from({ length: random.below(3) }, () => random.below(3));
    const begin = end;
    end += shape.reduce((product, dim) => product * dim, 4);
    const entry = lie(
      {
        dtype: lie('F32', 'F64', 'F4', 'X', 5, null),
        shape: lie(shape, [-1], [2 ** 53], [1.5], 'x', [[[[]]]], null),
        data_offsets: lie([begin, end], [end, begin], [0, 2 ** 53], [0], [0, 0.5], {}),
      },
      ...[null, [], 'x', 5, {}],
    );
    const name = lie(`t${n}`, '__proto__', '', '__metadata__', 't1', 'é\u2028');
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  if (random.chance(0.3)) entries.push(`"__metadata__":${JSON.stringify(lie({ format: 'pt' }, null, [], { a: 1 }))}`);
  let header = bytesOf(Buffer.from(`{${entries.join(',')}}`));
  if (random.chance(0.3)) header = mutate(random, header);
  const length = random.chance(0.05) ? random.edge() : header.length;
  return bytesOf(uint64(length), header, new Uint8Array(end + (random.chance(0.1) ? random.below(9) : 0)));
}

function generatedZip(random: Random): Uint8Array<ArrayBuffer> {
  const lie = (truth: number | undefined) => (random.chance(0.08) ? random.edge() : truth);
  const parts = random.pick(zipParts).map(({ name, data }) => {
    const isDeflated = random.chance(0.3);
    const zip64 = random.chance(0.1);
    const packed = isDeflated ? new Uint8Array(deflateRawSync(data)) : data;
    return {
      name: random.chance(0.03) ? 'twice' : name,
      data: random.chance(0.05) ? mutate(random, packed) : packed,
      size: lie(data.length)!,
      method: isDeflated ? 8 : 0,
      zip64,
      ...(random.chance(0.05) ? { compressedSize: random.edge() } : {}),
      ...(random.chance(0.03) ? { offset: random.edge() } : {}),
      ...(random.chance(0.05) ? { crc32: 0 } : {}),
      ...(random.chance(0.03) ? { flags: random.below(65536) } : {}),
      ...(random.chance(0.05) ? { local: { size: random.edge(), method: random.below(2) * 8 } } : {}),
    };
  });
  const bytes = zipOf(parts);
  return random.chance(0.2) ? mutate(random, bytes) : bytes;
}

function generatedTar(random: Random): Uint8Array<ArrayBuffer> {
  const octal = (value: number) => `${value.toString(8).padStart(11, '0')}\0`.slice(-12);
  const parts = random.pick(tarParts).map((part) => ({
    ...part,
    ...(random.chance(0.05) ? { size: random.chance(0.5) ? octal(random.edge()) : random.bytes(12) } : {}),
    ...(random.chance(0.05) ? { type: random.pick('0\x0057xgLKS1') } : {}),
    ...(random.chance(0.03) ? { name: random.pick(['pickle', './pickle', 'x/pickle', '']) } : {}),
  }));
  const bytes = tarOf(parts, random.chance(0.8));
  return random.chance(0.3) ? mutate(random, bytes) : bytes;
}

/** Each way to make a case, and how many of a hundred cases it makes. */
export const makers: readonly {
  readonly name: string;
  readonly share: number;
  make(random: Random): Uint8Array<ArrayBuffer>;
  /** Default: as a file. */
  readonly read?: typeof readCheckpoint;
}[] = [
  {
    name: 'a file with changed bytes',
    share: 10,
    make: (random) => mutate(random, random.pick(files), random.pick(files)),
  },
  { name: 'a legacy stream with changed bytes', share: 10, make: (random) => mutate(random, random.pick(streams)) },
  {
    name: 'a zip file with a part changed',
    share: 20,
    make: (random) => zipOf(changeOne(random, random.pick(zipParts), (name) => name.endsWith('data.pkl'))),
  },
  {
    name: 'a tar file with a part changed',
    share: 10,
    make: (random) => tarOf(changeOne(random, random.pick(tarParts), (name) => name !== 'storages')),
  },
  { name: 'a generated pickle', share: 20, make: generatedPickle },
  { name: 'a generated safetensors file', share: 8, make: generatedSafetensors },
  { name: 'a generated zip file', share: 7, make: generatedZip },
  { name: 'a generated tar file', share: 5, make: generatedTar },
  {
    name: 'the manifest of a web folder',
    share: 10,
    make: generatedManifest,
    read: (bytes) => readManifest(bytes as Uint8Array<ArrayBuffer>),
  },
];
