import { quote } from './pickle/objects.js';
import { damagedZip, type ZipEntry } from './zip-directory.js';

/** Unpacks deflated data and stops as soon as it is longer than the directory says. */
export async function inflate(packed: Uint8Array<ArrayBuffer>, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  const unpacked = new Uint8Array(entry.size);
  let length = 0;
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      if (length + value.length > entry.size) {
        length += value.length;
        await reader.cancel();
        break;
      }
      unpacked.set(value, length);
      length += value.length;
    }
  } catch (cause) {
    throw damagedZip(
      `expected ${quote(entry.name)} deflated, got an error (${(cause as Error).message})`,
      entry.headerOffset,
      cause,
    );
  }
  if (length !== entry.size) {
    throw damagedZip(
      `expected ${quote(entry.name)} to unpack to ${entry.size} bytes, got ${length}`,
      entry.headerOffset,
    );
  }
  return unpacked;
}
