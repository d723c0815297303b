import { CheckpointError, type HostTensor } from '../src/core/index.js';
import type { OpenCheckpoint } from './checkpoint.js';
import { describe, quote } from './pickle/objects.js';
import { parseSafetensorsHeader } from './safetensors-header.js';
import type { ByteReader } from './sources/byte-reader.js';
import { decodeTensor } from './tensor-data.js';
import { isDType } from './torch/dtypes.js';

/** The format's own bound on its header. */
const maxHeaderLength = 100_000_000;

/** Opens a safetensors file: 8 bytes of header length, the header, the tensors. Its `__metadata__` is `extra`. */
export async function openSafetensors(reader: ByteReader): Promise<OpenCheckpoint> {
  const headerLength = Number(new DataView((await reader.read(0, 8)).buffer).getBigUint64(0, true));
  if (headerLength > reader.size - 8 || headerLength > maxHeaderLength) {
    throw new CheckpointError(
      `${reader.label}: expected a safetensors header of at most ${Math.min(reader.size - 8, maxHeaderLength)} bytes, got ` +
        `${headerLength}. The file is truncated or damaged: fetch it again.`,
      { offset: 0 },
    );
  }
  const dataStart = 8 + headerLength;
  const header = parseSafetensorsHeader(await reader.read(8, headerLength), reader.size - dataStart);
  const byName = new Map(header.entries.map((entry) => [entry.name, entry]));

  return {
    format: 'safetensors',
    extra: header.metadata,
    warnings: [],
    entries: header.entries.map(({ name, dtype, shape, begin, end }) => ({ name, dtype, shape, bytes: end - begin })),
    async read(name): Promise<HostTensor> {
      const entry = typeof name === 'string' ? byName.get(name) : undefined;
      if (typeof name !== 'string' || !entry) {
        const got = typeof name === 'string' ? quote(name) : describe(name);
        throw new CheckpointError(`${reader.label}: expected the name of a tensor in the file, got ${got}.`);
      }
      const { dtype, begin, end } = entry;
      if (!isDType(dtype)) {
        throw new CheckpointError(
          `${reader.label}: expected tensor ${quote(name)} of a dtype that can be read, got ${quote(dtype)}. Convert it in PyTorch and save again.`,
        );
      }
      const bytes = await reader.read(dataStart + begin, end - begin);
      return { dtype, shape: [...entry.shape], data: decodeTensor(bytes, dtype) };
    },
    close: () => reader.close(),
  };
}
