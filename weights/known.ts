import type { PublishedFile } from './published-file.js';

/** The sizes, in bytes, that a file may have and still be the entry's. */
export function sizeLimits({ size }: PublishedFile): { min: number; max: number } {
  if ('bytes' in size) return { min: size.bytes, max: size.bytes };
  const unit = 2 ** 20;
  return { min: Math.ceil((size.mebibytes - 0.0005) * unit), max: Math.floor((size.mebibytes + 0.0005) * unit) };
}

export function fitsSize(entry: PublishedFile, bytes: number): boolean {
  const { min, max } = sizeLimits(entry);
  return min <= bytes && bytes <= max;
}

/** Size in MiB (1,048,576 bytes), to 0.001. */
export function mebibytesOf({ size }: PublishedFile): number {
  return 'bytes' in size ? Math.round((size.bytes / 2 ** 20) * 1000) / 1000 : size.mebibytes;
}

/** '233.1 MiB', or '512 bytes'. */
export function sizeText(entry: PublishedFile): string {
  return bytesText(sizeLimits(entry).max);
}

/** '17.0 MiB instead of 233.1 MiB', in bytes where that would be the same text twice. */
export function differingText(bytes: number, entry: PublishedFile): string {
  const [got, want] = [bytesText(bytes), sizeText(entry)];
  return got === want ? `${bytes} bytes instead of ${sizeLimits(entry).max}` : `${got} instead of ${want}`;
}

export function bytesText(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes} bytes` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** Whether a whole SHA-256 begins as far as the entry knows it. */
export function fitsHash({ sha256 }: PublishedFile, hash: string): boolean {
  return hash.startsWith(sha256.toLowerCase());
}
