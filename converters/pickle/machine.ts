import { CheckpointError } from '../../src/core/index.js';
import type { MemoryBudget } from '../limits.js';
import { cost, costOfArgument } from './cost.js';
import { PickleCursor } from './cursor.js';
import { describe, PickleGlobal, quote } from './objects.js';
import { opcodes } from './opcodes.js';

/** Makes an error of this message at the byte of the opcode being run. */
export type Fail = (message: string) => CheckpointError;

/** Notes that what is about to be made takes this many bytes. */
export type Charge = (bytes: number) => void;

/** A function that a pickle may call: plain data in, plain data out. Hash tables are charged by those that make them. */
export type Callable = (args: readonly unknown[], fail: Fail, charge: Charge) => unknown;

export interface PickleOptions {
  /** The closed list: every name that REDUCE, INST or OBJ may call. Anything else is refused. */
  readonly callables: ReadonlyMap<string, Callable>;
  /** Gives the value that a persistent id stands for; for PyTorch, a storage. */
  readonly persistentLoad: (id: unknown, fail: Fail) => unknown;
  /** What all pickles of a file may take together. */
  readonly budget: MemoryBudget;
}

/** A pickle cannot need a deeper stack than this: lists and dicts are written in batches of 1000. */
const maxStack = 1 << 20;

/**
 * The smallest interpreter for pickles: a stack, a memo, a closed set of opcodes. It iterates, so nesting costs no call
 * stack, and it builds plain data only: no name in the file is ever resolved to code.
 */
export class PickleMachine {
  readonly cursor: PickleCursor;
  /** By index; undefined where nothing is. */
  private readonly memo: unknown[] = [];
  private memoized = 0;
  private readonly persistentLoad: PickleOptions['persistentLoad'];
  private readonly budget: MemoryBudget;
  private readonly callables: PickleOptions['callables'];
  private readonly stack: unknown[] = [];
  private readonly marks: number[] = [];
  private opcodeOffset = 0;

  constructor(bytes: Uint8Array, offset: number, options: PickleOptions) {
    this.cursor = new PickleCursor(bytes, offset);
    this.callables = options.callables;
    this.persistentLoad = options.persistentLoad;
    this.budget = options.budget;
  }

  run(): unknown {
    for (;;) {
      this.opcodeOffset = this.cursor.position;
      const code = this.cursor.uint8();
      const opcode = opcodes.get(code);
      if (!opcode) {
        throw this.fail(
          `expected a pickle opcode, got 0x${code.toString(16).padStart(2, '0')}. The file is damaged: fetch it again`,
        );
      }
      if (opcode === 'STOP') return this.pop();
      opcode(this);
    }
  }

  readonly fail: Fail = (message) =>
    new CheckpointError(`Pickle, byte ${this.opcodeOffset}: ${message}.`, { offset: this.opcodeOffset });

  /** Puts a value on the stack; `bytes` is what it takes if it is new. */
  push(value: unknown, bytes = 0): void {
    if (bytes > 0) this.budget.charge(bytes);
    if (this.stack.length >= maxStack) {
      throw this.fail(`expected a stack of at most ${maxStack} values, got more. This is no checkpoint`);
    }
    this.stack.push(value);
  }

  pop(): unknown {
    this.requireValue();
    return this.stack.pop();
  }

  top(): unknown {
    this.requireValue();
    return this.stack[this.stack.length - 1];
  }

  private requireValue(): void {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) {
      throw this.fail('expected a value on the stack, got none. The file is damaged: fetch it again');
    }
  }

  mark(): void {
    if (this.marks.length >= maxStack) {
      throw this.fail(`expected at most ${maxStack} open marks, got more. This is no checkpoint`);
    }
    this.marks.push(this.stack.length);
  }

  hasMarkOnTop(): boolean {
    return this.marks.at(-1) === this.stack.length;
  }

  /** Takes everything above the last mark, and the mark. */
  popMark(): unknown[] {
    const start = this.marks.pop();
    if (start === undefined) {
      throw this.fail('expected a mark on the stack, got none. The file is damaged: fetch it again');
    }
    return this.stack.splice(start);
  }

  recall(index: number): unknown {
    const value = this.memo[index];
    if (value === undefined) {
      throw this.fail(`expected a value in memo ${index}, got none. The file is damaged: fetch it again`);
    }
    return value;
  }

  /** Without an index, as many as there are. */
  memoize(index = this.memoized): void {
    const value = this.top();
    // Writers count, so an index is never far beyond the bytes read; up to it, memory is taken.
    if (index > this.cursor.position + 1024)
      throw this.fail(`expected a memo index that counts, got ${index}. The file is damaged`);
    this.budget.charge(Math.max(index - this.memo.length, 0) * cost.memoEntry);
    while (this.memo.length < index) this.memo.push(undefined);
    if (this.memo[index] === undefined) {
      this.memoized++;
      this.budget.charge(cost.memoEntry);
    }
    this.memo[index] = value;
  }

  readonly charge: Charge = (bytes) => this.budget.charge(bytes);

  pushPersistent(id: unknown): void {
    this.push(this.persistentLoad(id, this.fail), cost.storage);
  }

  /** The function of the closed list that this global names, if it is one. */
  callableOf(target: PickleGlobal): Callable | undefined {
    return this.callables.get(target.path);
  }

  /** Calls a function of the closed list, and refuses every other. */
  call(target: unknown, args: unknown): unknown {
    if (!(target instanceof PickleGlobal)) {
      throw this.fail(`expected a global to call, got ${describe(target)}. The file is damaged: fetch it again`);
    }
    const callable = this.callableOf(target);
    if (!callable) {
      throw this.fail(
        `the file asks to call ${quote(target.path)}, which is not among the functions that a checkpoint may call. ` +
          'Nothing was run. If you trust the file, save torch.save(model.state_dict(), …) again in PyTorch',
      );
    }
    if (!Array.isArray(args)) {
      throw this.fail(`expected a tuple of arguments for ${quote(target.path)}, got ${describe(args)}`);
    }
    this.budget.charge(args.reduce((sum: number, arg) => sum + costOfArgument(arg), cost.object));
    return callable(args, this.fail, this.charge);
  }
}

/** Reads one pickle that starts at `offset`; `end` is where the next one may start. */
export function unpickle(
  bytes: Uint8Array,
  options: PickleOptions,
  offset = 0,
): { readonly value: unknown; readonly end: number } {
  const machine = new PickleMachine(bytes, offset, options);
  return { value: machine.run(), end: machine.cursor.position };
}
