// As much of protobuf's wire format as a model file needs. A message is a list of pieces: the weights are never copied together.

export type Pieces = readonly Uint8Array[];

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Seven bits a byte, the lowest first; the top bit says that more follow. Division, for a length may take more than 31 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** A whole number from 0 up. */
export function int(field: number, value: number): Pieces {
  return [Uint8Array.from([...varint(field * 8 + VARINT), ...varint(value)])];
}

export function bytes(field: number, ...pieces: Pieces): Pieces {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [Uint8Array.from([...varint(field * 8 + LENGTH_DELIMITED), ...varint(length)]), ...pieces];
}

export function text(field: number, value: string): Pieces {
  return bytes(field, new TextEncoder().encode(value));
}

/** A message inside another, of its own fields. */
export function message(field: number, ...fields: readonly Pieces[]): Pieces {
  return bytes(field, ...fields.flat());
}
