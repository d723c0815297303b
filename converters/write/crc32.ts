/** At 256 k + b: the CRC of byte b with k zero bytes behind it, so that eight bytes are taken in one step. */
function makeTable(): Uint32Array {
  const table = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    table[byte] = crc;
  }
  for (let i = 256; i < table.length; i++) {
    const crc = table[i - 256]!;
    table[i] = (crc >>> 8) ^ table[crc & 0xff]!;
  }
  return table;
}

let madeTable: Uint32Array | undefined;

/** The CRC-32 of zip archives. `crc` is that of the bytes before these. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  madeTable ??= makeTable();
  const table = madeTable;
  let state = ~crc;
  let i = 0;
  for (; i + 8 <= bytes.length; i += 8) {
    state ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    state =
      table[0x700 | (state & 0xff)]! ^
      table[0x600 | ((state >>> 8) & 0xff)]! ^
      table[0x500 | ((state >>> 16) & 0xff)]! ^
      table[0x400 | (state >>> 24)]! ^
      table[0x300 | bytes[i + 4]!]! ^
      table[0x200 | bytes[i + 5]!]! ^
      table[0x100 | bytes[i + 6]!]! ^
      table[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) state = (state >>> 8) ^ table[(state ^ bytes[i]!) & 0xff]!;
  return ~state >>> 0;
}
