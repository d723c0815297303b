import { bytesOf, uint32, uint64 } from '../support.js';
import type { Random } from './random.js';

const globals = [
  ...['collections OrderedDict', 'collections defaultdict', 'torch._utils _rebuild_tensor_v2', 'torch FloatStorage'],
  ...['torch LongStorage', 'torch Size', 'torch float32', 'builtins set', '__builtin__ frozenset', 'os system'],
  ...['torch._utils _rebuild_parameter', 'torch._tensor _rebuild_from_type_v2', 'torch._utils _rebuild_sparse_tensor'],
  ...[
    '_codecs encode',
    'numpy dtype',
    'copyreg _reconstructor',
    'argparse Namespace',
    'torch.nn.modules.linear Linear',
  ],
  ...['builtins bytearray', 'copyreg __newobj__', 'torch.nn.parameter Parameter', 'torch._utils _rebuild_tensor_v3'],
];

const words = [
  'state_dict',
  'model',
  'weight',
  '_parameters',
  '_buffers',
  '_modules',
  'module.',
  '__proto__',
  '0',
  'a.b',
  '',
];

/** Writes pickles that are mostly valid: every opcode gets the operands and the stack that it asks for. */
export class PickleWriter {
  private readonly random: Random;
  private readonly parts: (number | string | Uint8Array)[] = [];
  private left: number;
  private memoized = 0;

  constructor(random: Random, size = 40) {
    this.random = random;
    this.left = size;
  }

  write(): Uint8Array<ArrayBuffer> {
    this.parts.push(0x80, 2 + this.random.below(4));
    this.value(0);
    this.parts.push('.');
    return bytesOf(...this.parts);
  }

  private emit(...parts: (number | string | Uint8Array)[]): void {
    this.parts.push(...parts);
    this.left -= parts.length;
  }

  private text(value: string): void {
    this.emit('X', uint32(value.length), value);
  }

  private global(name = this.random.pick(globals)): void {
    this.emit(`c${name.replace(' ', '\n')}\n`);
  }

  private memoize(): void {
    if (this.random.chance(0.3)) this.emit('r', uint32(this.memoized++));
  }

  /** One value on the stack. */
  private value(depth: number): void {
    const { random } = this;
    if (this.left < 0 || depth > 12) {
      this.scalar();
      return;
    }
    if (random.chance(0.1) && this.memoized > 0) {
      this.emit('j', uint32(random.below(this.memoized)));
      return;
    }
    switch (random.below(10)) {
      case 0:
      case 1:
        this.dict(depth);
        break;
      case 2:
        this.emit(']');
        this.memoize();
        this.items(depth, 'e', 1);
        break;
      case 3:
        this.emit('(');
        this.items(depth, 't', 1, false);
        this.memoize();
        break;
      case 4:
      case 5:
        this.tensor();
        break;
      case 6:
        this.object(depth);
        break;
      case 7:
        this.global();
        this.tuple(depth);
        this.emit('R');
        this.memoize();
        break;
      case 8:
        this.emit(0x8f);
        this.items(depth, 0x90, 1);
        break;
      default:
        this.scalar();
        break;
    }
  }

  private items(depth: number, end: string | number, each: number, mark = true): void {
    if (mark) this.emit('(');
    for (let n = this.random.below(4) * each; n > 0; n--) this.value(depth + 1);
    this.emit(end);
  }

  private dict(depth: number): void {
    this.emit('}');
    this.memoize();
    this.emit('(');
    for (let n = this.random.below(4); n > 0; n--) {
      if (this.random.chance(0.9)) this.text(this.random.pick(words));
      else this.value(depth + 1);
      this.value(depth + 1);
    }
    this.emit('u');
  }

  private tuple(depth: number): void {
    const length = this.random.below(4);
    for (let n = 0; n < length; n++) this.value(depth + 1);
    this.emit([')', 0x85, 0x86, 0x87][length]!);
  }

  private object(depth: number): void {
    this.global();
    this.tuple(depth);
    this.emit(this.random.chance(0.8) ? 0x81 : 'R');
    if (this.random.chance(0.5)) {
      this.dict(depth + 1);
      this.emit('b');
    }
    if (this.random.chance(0.2)) {
      this.emit('(');
      this.text('k');
      this.value(depth + 1);
      this.emit('u');
    }
  }

  private int(value: number): void {
    if (value < 256) this.emit('K', value);
    else if (value < 2 ** 31) this.emit('J', uint32(value));
    else this.emit(0x8a, 8, uint64(value));
  }

  /** A tensor of storage 0, 1 or none, mostly one that fits. */
  private tensor(): void {
    const { random } = this;
    this.global('torch._utils _rebuild_tensor_v2');
    this.emit('((');
    this.text('storage');
    this.global(random.pick(['torch FloatStorage', 'torch ByteStorage', 'torch QInt8Storage', 'torch HalfStorage']));
    this.text(random.pick(['0', '1', '2']));
    this.text('cpu');
    this.int(random.chance(0.8) ? 6 : random.edge());
    this.emit('tQ');
    const size = () => this.int(random.chance(0.9) ? random.below(4) : random.edge());
    size();
    const rank = random.below(4);
    for (let list = 0; list < 2; list++) {
      this.emit('(');
      for (let n = 0; n < rank; n++) size();
      this.emit('t');
    }
    this.emit(0x89, '}tR');
  }

  private scalar(): void {
    const { random } = this;
    switch (random.below(8)) {
      case 0:
        this.emit('N');
        break;
      case 1:
        this.emit(random.pick([0x88, 0x89]));
        break;
      case 2:
        this.int(random.edge());
        break;
      case 3:
        this.emit('G', random.bytes(8));
        break;
      case 4:
        this.text(random.pick(words));
        break;
      case 5:
        this.emit('C', 2, random.bytes(2));
        break;
      case 6:
        this.emit(0x8a, 3, random.bytes(3));
        break;
      default:
        this.global();
        break;
    }
  }
}
