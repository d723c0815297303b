/** A Python float. JavaScript has one kind of number: a plain 1 is written as Python's int 1, this as 1.0. */
export class PickleFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A Map from integers or texts to numbers that is written as Python's `collections.Counter`, as the milestones of a MultiStepLR are. */
export class PickleCounter extends Map<number | string, number> {}

const opcodes = {
  mark: 0x28,
  stop: 0x2e,
  binint: 0x4a,
  binint1: 0x4b,
  binint2: 0x4d,
  none: 0x4e,
  binpersid: 0x51,
  reduce: 0x52,
  binfloat: 0x47,
  binunicode: 0x58,
  emptyList: 0x5d,
  appends: 0x65,
  global: 0x63,
  binget: 0x68,
  longBinget: 0x6a,
  binput: 0x71,
  longBinput: 0x72,
  tuple: 0x74,
  setitems: 0x75,
  emptyDict: 0x7d,
  proto: 0x80,
  tuple1: 0x85,
  tuple2: 0x86,
  tuple3: 0x87,
  newTrue: 0x88,
  newFalse: 0x89,
  emptyTuple: 0x29,
  long1: 0x8a,
} as const;

/** Writes the opcodes of pickle protocol 2, PyTorch's own: each method appends one value, or acts on those before it. */
export class PickleWriter {
  private bytes = new Uint8Array(4096);
  private length = 0;
  private readonly globals = new Map<string, number>();
  private readonly encoder = new TextEncoder();
  private memoSize = 0;

  constructor() {
    this.append(opcodes.proto, 2);
  }

  op(name: keyof typeof opcodes): void {
    this.append(opcodes[name]);
  }

  /** Remembers the value just written. @returns what `recall` takes to write it again */
  memoize(): number {
    const index = this.memoSize++;
    this.indexed(opcodes.binput, opcodes.longBinput, index);
    return index;
  }

  recall(index: number): void {
    this.indexed(opcodes.binget, opcodes.longBinget, index);
  }

  global(module: string, name: string): void {
    const path = `${module}\n${name}\n`;
    const known = this.globals.get(path);
    if (known !== undefined) {
      this.recall(known);
    } else {
      this.op('global');
      this.write(this.encoder.encode(path));
      this.globals.set(path, this.memoize());
    }
  }

  text(value: string): void {
    const encoded = this.encoder.encode(value);
    this.numeric(opcodes.binunicode, 4, (view) => view.setUint32(0, encoded.length, true));
    this.write(encoded);
  }

  float(value: number): void {
    this.numeric(opcodes.binfloat, 8, (view) => view.setFloat64(0, value, false));
  }

  /** Any whole number of up to 255 bytes. */
  integer(value: number | bigint): void {
    if (value >= 0 && value < 2 ** 8) this.append(opcodes.binint1, Number(value));
    else if (value >= 0 && value < 2 ** 16) this.append(opcodes.binint2, Number(value) & 0xff, Number(value) >> 8);
    else if (value >= -(2 ** 31) && value < 2 ** 31) {
      this.numeric(opcodes.binint, 4, (view) => view.setInt32(0, Number(value), true));
    } else {
      const encoded = twosComplement(BigInt(value));
      this.append(opcodes.long1, encoded.length, ...encoded);
    }
  }

  /** A tuple of whole numbers. */
  integers(values: readonly number[]): void {
    const short = (['emptyTuple', 'tuple1', 'tuple2', 'tuple3'] as const)[values.length];
    if (short === undefined) this.op('mark');
    for (const value of values) this.integer(value);
    this.op(short ?? 'tuple');
  }

  /** Ends the pickle. */
  finish(): Uint8Array {
    this.op('stop');
    return this.bytes.subarray(0, this.length);
  }

  private indexed(short: number, long: number, index: number): void {
    if (index < 256) this.append(short, index);
    else this.numeric(long, 4, (view) => view.setUint32(0, index, true));
  }

  private numeric(opcode: number, width: number, set: (view: DataView) => void): void {
    const operand = new Uint8Array(width);
    set(new DataView(operand.buffer));
    this.append(opcode, ...operand);
  }

  private append(...values: number[]): void {
    this.write(Uint8Array.from(values));
  }

  private write(values: Uint8Array): void {
    if (this.length + values.length > this.bytes.length) {
      const larger = new Uint8Array(2 * (this.length + values.length));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes.set(values, this.length);
    this.length += values.length;
  }
}

/** Little-endian, as short as the sign allows. */
function twosComplement(value: bigint): Uint8Array {
  let bits = 8;
  while (BigInt.asIntN(bits, value) !== value) bits += 8;
  return Uint8Array.from({ length: bits / 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}
