import { expect } from 'chai';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { MemoryBudget } from '../../../converters/limits.js';
import { type Fail, unpickle } from '../../../converters/pickle/machine.js';
import { type PickleGlobal, PickleObject } from '../../../converters/pickle/objects.js';
import { callables } from '../../../converters/torch/callables.js';
import { persistentLoad } from '../../../converters/torch/persistent-id.js';
import { CheckpointError } from '../../../src/core/index.js';
import { bytesOf, rejection, torchZip, uint32, uint64 } from '../support.js';

function load(...parts: (number | string | Uint8Array)[]): unknown {
  return unpickle(bytesOf(...parts), { callables, persistentLoad, budget: new MemoryBudget(0) }).value;
}

function loadError(...parts: (number | string | Uint8Array)[]): CheckpointError {
  try {
    load(...parts);
  } catch (error) {
    expect(error).to.be.instanceOf(CheckpointError);
    return error as CheckpointError;
  }
  throw new Error('expected an error, got none');
}

describe('PickleMachine', () => {
  it('reads every scalar opcode', () => {
    expect(load('N.')).to.equal(null);
    expect(load(0x80, 2, 0x88, '.')).to.equal(true);
    expect(load(0x89, '.')).to.equal(false);
    expect(load('J', uint32(0xfffffffe), '.')).to.equal(-2);
    expect(load('K', 200, '.')).to.equal(200);
    expect(load('M', 1, 2, '.')).to.equal(513);
    expect(load(0x8a, 0, '.')).to.equal(0);
    expect(load(0x8a, 1, 0xff, '.')).to.equal(-1);
    expect(load(0x8a, 2, 0xff, 0x00, '.')).to.equal(255);
    expect(load(0x8b, uint32(9), uint64(0), 1, '.')).to.equal(2n ** 64n);
    expect(load(0x8a, 8, uint64(2n ** 63n), '.')).to.equal(-(2n ** 63n));
    expect(load('I01\n.')).to.equal(true);
    expect(load('I00\n.')).to.equal(false);
    expect(load('I-12\n.')).to.equal(-12);
    expect(load('L99999999999999999999L\n.')).to.equal(99999999999999999999n);
    expect(load('G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, '.')).to.equal(1.5);
    expect(load('F-1.5e-3\n.')).to.equal(-0.0015);
    expect(load('Finf\n.')).to.equal(Number.POSITIVE_INFINITY);
    expect(load('F-inf\n.')).to.equal(Number.NEGATIVE_INFINITY);
    expect(load('Fnan\n.')).to.be.NaN;
  });

  it('reads text and bytes', () => {
    expect(load('X', uint32(3), 0xe2, 0x82, 0xac, '.')).to.equal('€');
    expect(load(0x8c, 1, 'a', '.')).to.equal('a');
    expect(load(0x8d, uint64(2), 'ab.')).to.equal('ab');
    expect(load('Va\\u20ac\\U0001f600\xe9\n.')).to.equal('a€😀é');
    expect(load('U', 2, 'ab.')).to.equal('ab');
    expect(load('T', uint32(1), 0xe9, '.')).to.equal('é');
    expect(load("S'a\\'\\n\\x41\\101\\q'\n.")).to.equal("a'\nAA\\q");
    for (const opcode of [
      ['B', uint32(2)],
      ['C', 2],
      [0x8e, uint64(2)],
      [0x96, uint64(2)],
    ]) {
      expect(load(...opcode, 0, 255, '.')).to.deep.equal(new Uint8Array([0, 255]));
    }
  });

  it('reads containers, the memo and the stack opcodes', () => {
    expect(load('(K\x01K\x02t.')).to.deep.equal([1, 2]);
    expect(load(')K\x01\x85K\x02K\x03\x86\x87.')).to.deep.equal([[], [1], [2, 3]]);
    expect(load('](K\x01K\x02eK\x03a.')).to.deep.equal([1, 2, 3]);
    expect(load('(K\x01l.')).to.deep.equal([1]);
    expect(load('}K\x01K\x02s(K\x03K\x04u.')).to.deep.equal(
      new Map([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(load('(K\x01K\x02d.')).to.deep.equal(new Map([[1, 2]]));
    expect(load(0x8f, '(K\x01K\x01K\x02', 0x90, '.')).to.deep.equal(new Set([1, 2]));
    expect(load('(K\x01', 0x91, '.')).to.deep.equal(new Set([1]));
    expect(load('K\x01K\x020.')).to.equal(1);
    expect(load('K\x01(0.')).to.equal(1);
    expect(load('K\x01(K\x02K\x031.')).to.equal(1);
    expect(load('K\x012\x86.')).to.deep.equal([1, 1]);
    expect(load('K\x01p7\nq\x08r', uint32(9), 0x94, 'g7\nh\x08j', uint32(9), 'h\x03(tg7\n\x86.')).to.deep.equal([
      [],
      1,
    ]);
  });

  it('keeps a list that holds itself', () => {
    const list = load(']q\x00h\x00a.') as unknown[];
    expect(list[0]).to.equal(list);
  });

  it('keeps an unknown class inert, with its state', () => {
    const object = load('cargparse\nNamespace\n)\x81}X', uint32(2), 'lrK\x05sb.') as PickleObject;
    expect(object).to.be.instanceOf(PickleObject);
    expect(object.className).to.equal('argparse.Namespace');
    expect(object.state).to.deep.equal(new Map([['lr', 5]]));
    const dict = load(0x8c, 1, 'm', 0x8c, 1, 'D', 0x93, ')}', 0x92, 'K\x01K\x02sK\x05a.') as PickleObject;
    expect([dict.className, dict.items, dict.list]).to.deep.equal(['m.D', new Map([[1, 2]]), [5]]);
    expect((load('cos\nsystem\n.') as PickleGlobal).path).to.equal('os.system');
  });

  const hostile: [string, (number | string | Uint8Array)[], string, number][] = [
    ['os.system by REDUCE', ['cos\nsystem\n', 'X', uint32(2), 'ls', 0x85, 'R.'], 'os.system', 19],
    [
      'posix.system by STACK_GLOBAL',
      [0x8c, 5, 'posix', 0x8c, 6, 'system', 0x93, 'X', uint32(2), 'ls', 0x85, 'R.'],
      'posix.system',
      24,
    ],
    ['builtins.eval by INST', ["(S'1'\nibuiltins\neval\n."], 'builtins.eval', 6],
    ['subprocess.Popen by OBJ', ["(csubprocess\nPopen\nS'ls'\no."], 'subprocess.Popen', 25],
    ['builtins.getattr nested in a list', ['](cbuiltins\ngetattr\n)Re.'], 'builtins.getattr', 21],
    ['runpy in a BUILD state', ['ca\nB\n)\x81crunpy\n_run_code\n)Rb.'], 'runpy._run_code', 25],
    [
      'an allowed name with another after it',
      ['ctorch._utils\n_rebuild_tensor_v2.__globals__\n)R.'],
      'torch._utils._rebuild_tensor_v2.__globals__',
      46,
    ],
  ];
  for (const [what, parts, name, offset] of hostile) {
    it(`refuses ${what}, by name and offset`, async () => {
      const error = loadError(...parts);
      expect(error.message).to.include(`the file asks to call ${name}, which is not among`);
      expect(error.message).to.include(`byte ${offset}:`);
      expect(error.offset).to.equal(offset);
      const rejected = await rejection(readCheckpoint(torchZip(bytesOf(...parts))));
      expect(rejected.message).to.equal(error.message);
    });
  }

  const damaged: [string, (number | string | Uint8Array)[], RegExp, number][] = [
    ['an unknown opcode', [0x80, 2, 0xff], /byte 2: expected a pickle opcode, got 0xff/, 2],
    ['the extension registry', [0x82, 1, '.'], /got 0x82/, 0],
    ['out-of-band buffers', [0x97, '.'], /got 0x97/, 0],
    ['protocol 6', [0x80, 6], /protocol 0 to 5, got 6/, 0],
    ['a stack underflow', ['0'], /a value on the stack, got none/, 0],
    ['a value below the mark', ['K\x01(\x85'], /a value on the stack, got none/, 3],
    ['no mark', ['t'], /a mark on the stack, got none/, 0],
    ['a memo that is not there', ['h\x05'], /a value in memo 5, got none/, 0],
    ['a memo index that is none', ['K\x01p-1\n'], /a memo index, got "-1"/, 2],
    ['a huge text', ['X', uint32(0xffffffff), 'a'], /expected 4294967295 more bytes at byte 5, got 1/, 5],
    ['huge bytes', [0x8e, uint64(2n ** 63n), 'a'], /expected 9223372036854776000 more bytes at byte 9, got 1/, 9],
    ['a huge frame', [0x95, uint64(1000), '.'], /expected 1000 more bytes at byte 9, got 1/, 9],
    ['a huge long', [0x8b, uint32(0x7fffffff)], /an integer of at most 2048 bytes, got 2147483647/, 0],
    ['no end', ['K\x01'], /expected 1 more bytes at byte 2, got 0/, 2],
    ['a line without an end', ['Iabc'], /a line at byte 1, got no end of line/, 1],
    ['text that is not UTF-8', ['X', uint32(1), 0xff, '.'], /UTF-8 text of 1 bytes at byte 5/, 5],
    ['no integer', ['I1x\n'], /an integer of at most 4300 digits, got 1x/, 0],
    ['too many digits', [`L${'9'.repeat(5000)}L\n`], /at most 4300 digits/, 0],
    ['no float', ['F1.5.2\n'], /expected a float, got 1.5.2/, 0],
    ['no quotes', ['Sabc\n'], /a quoted string, got abc/, 0],
    ['no Unicode character', ['V\\UFFFFFFFF\n'], /a Unicode character, got "\\\\UFFFFFFFF"/, 0],
    ['an append to a number', ['K\x01K\x02a'], /a list to append to, got number 1/, 4],
    ['items in a list', [']K\x01K\x02s'], /a dict to set items in, got a list or tuple of 0/, 5],
    ['a key without a value', ['}(K\x01u'], /keys and values in pairs, got 1 values/, 4],
    ['an addition to a list', ['](K\x01\x90'], /a set to add to, got a list or tuple of 0/, 4],
    ['a global of numbers', ['K\x01K\x02\x93'], /a module and a name, got number 1 and number 2/, 4],
    ['a call of a string', ['U\x01a)R'], /a global to call, got the string a/, 4],
    [
      'arguments that are no tuple',
      ['ctorch\ndevice\nK\x01R'],
      /a tuple of arguments for torch.device, got number 1/,
      16,
    ],
    ['a new instance of a number', ['K\x01)\x81'], /expected a class, got number 1/, 3],
    ['new arguments that are no tuple', ['ca\nB\nK\x01\x81'], /a tuple of arguments, got number 1/, 7],
    ['keywords that are no dict', ['ca\nB\n))\x92'], /keyword arguments, got a list or tuple of 0/, 7],
    ['a state for a number', ['K\x01}b'], /an object to give a state to, got number 1/, 3],
    ['a persistent id in text', ['Pabc\n'], /a persistent id of PyTorch \(a tuple\), got the string abc/, 0],
  ];
  for (const [what, parts, message, offset] of damaged) {
    it(`refuses ${what}`, () => {
      const error = loadError(...parts);
      expect(error.message).to.match(message);
      expect(error.offset).to.equal(offset);
    });
  }

  it('nests four hundred thousand lists without recursion', () => {
    let value = load(']'.repeat(400_000), 'a'.repeat(399_999), '.') as unknown[];
    for (let depth = 0; depth < 399_999; depth++) value = value[0] as unknown[];
    expect(value).to.deep.equal([]);
  });

  it('refuses a stack deeper than any checkpoint needs, of values and of marks', () => {
    expect(loadError('N'.repeat(2 ** 20 + 1)).message).to.match(/a stack of at most 1048576 values/);
    expect(loadError('('.repeat(2 ** 20 + 1)).message).to.match(/at most 1048576 open marks/);
  });

  it('refuses calls that copy one large value over and over', () => {
    const text = 'a'.repeat(100_000);
    const calls = 'c_codecs\nencode\nh\x00\x85R0'.repeat(1000);
    expect(loadError('X', uint32(text.length), text, 'q\x00', calls, '.').message).to.match(
      /at most 67108864 bytes of memory \(twice the file, and 64 MiB\), got more/,
    );
  });

  it('puts a name with line breaks on one line', () => {
    const error = loadError('X', uint32(3), 'a\nb', 0x8c, 1, 'c', 0x93, ')R');
    expect(error.message).to.include('to call "a\\nb.c", which');
  });

  it('gives the fail function the offset of the opcode', () => {
    const failing = new Map([
      [
        'a.b',
        (_: readonly unknown[], fail: Fail) => {
          throw fail('wrong');
        },
      ],
    ]);
    expect(() =>
      unpickle(bytesOf('ca\nb\n)R.'), { callables: failing, persistentLoad, budget: new MemoryBudget(0) }),
    ).to.throw('Pickle, byte 6: wrong.');
  });
});
